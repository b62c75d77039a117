"""One static library with its headers, for those who do not use Bazel."""

def descry_archive(name, stages, hdrs):
    """Makes the folder <name>, with libdescry.a in it and the public headers beside that.

    Args:
      name: the target and the folder.
      stages: the libraries, each linkstatic.
      hdrs: files below include/.
    """
    native.genrule(
        name = name,
        srcs = stages + hdrs,
        outs = [name + "/libdescry.a"] + [name + "/" + header for header in hdrs],
        cmd = " && ".join([
            "$(execpath //src:merge_archives.sh) $(AR) $(execpath %s/libdescry.a) $(SRCS)" % name,
        ] + [
            "cp $(execpath %s) $(execpath %s/%s)" % (header, name, header)
            for header in hdrs
        ]),
        toolchains = ["@bazel_tools//tools/cpp:current_cc_toolchain"],
        tools = ["//src:merge_archives.sh"],
        visibility = ["//visibility:public"],
    )

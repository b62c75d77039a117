// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/entry.h"

#define ANYWHERE UINT64_MAX

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }
static uint64_t greatest(uint64_t a, uint64_t b) { return a > b ? a : b; }

// Loads of both children overlap this way; among many entries that is where the time goes.
static void fetch(const descryi_table_entry* node) {
  if (node) __builtin_prefetch(&node->place);
}

static int height(const descryi_table_entry* node) { return node ? node->height : 0; }

static void absorb(descryi_table_entry* node, const descryi_table_entry* child) {
  if (!child) return;
  node->max_end = greatest(node->max_end, child->max_end);
  node->min_lo = least(node->min_lo, child->min_lo);
  node->max_hi = greatest(node->max_hi, child->max_hi);
  node->any_may_write |= child->any_may_write;
}

// The place after the last that is searched for: in the first tree the whole range counts, gaps and
// all.
static uint64_t end_of(const descryi_table_entry* entry) {
  return entry->tree == 0 ? descryi_peek(&entry->hi) : entry->place + descryi_peek(&entry->run);
}

// Recomputes what a node says of its subtree from itself and its children. Returns whether any of
// it is new.
static bool update_node(descryi_table_entry* node) {
  descryi_table_entry former = {
      .max_end = node->max_end, .min_lo = node->min_lo, .max_hi = node->max_hi};
  former.height = node->height;
  former.any_may_write = node->any_may_write;
  node->height = (uint8_t)(1 + (height(node->left) > height(node->right) ? height(node->left)
                                                                         : height(node->right)));
  node->max_end = end_of(node);
  node->min_lo = descryi_peek(&node->lo);
  node->max_hi = descryi_peek(&node->hi);
  node->any_may_write = (descryi_state(node) & DESCRYI_MAY_WRITE) != 0;
  absorb(node, node->left);
  absorb(node, node->right);
  return node->height != former.height || node->max_end != former.max_end ||
         node->min_lo != former.min_lo || node->max_hi != former.max_hi ||
         node->any_may_write != former.any_may_write;
}

static descryi_table_entry* rotate_right(descryi_table_entry* node) {
  descryi_table_entry* top = node->left;
  node->left = top->right;
  top->right = node;
  update_node(node);
  update_node(top);
  return top;
}

static descryi_table_entry* rotate_left(descryi_table_entry* node) {
  descryi_table_entry* top = node->right;
  node->right = top->left;
  top->left = node;
  update_node(node);
  update_node(top);
  return top;
}

// Restores the balance of a node whose subtrees differ by at most two levels. Returns the subtree's
// new root, and sets `*changed` to whether those above have to be updated too: mostly not, and then
// they need not even be loaded.
static descryi_table_entry* balance(descryi_table_entry* node, bool* changed) {
  int tilt = height(node->left) - height(node->right);
  *changed = true;
  if (tilt > 1) {
    if (height(node->left->left) < height(node->left->right)) node->left = rotate_left(node->left);
    return rotate_right(node);
  }
  if (tilt < -1) {
    if (height(node->right->right) < height(node->right->left)) {
      node->right = rotate_right(node->right);
    }
    return rotate_left(node);
  }
  *changed = update_node(node);
  return node;
}

// The order within a tree, as far as a region tells it: by place, then by range, so that views that
// begin alike are apart.
static int compare_node_key(const descryi_table_entry* node, uint64_t place, uint64_t lo,
                            uint64_t hi) {
  if (node->place != place) return node->place < place ? -1 : 1;
  uint64_t node_lo = descryi_peek(&node->lo), node_hi = descryi_peek(&node->hi);
  if (node_lo != lo) return node_lo < lo ? -1 : 1;
  if (node_hi != hi) return node_hi < hi ? -1 : 1;
  return 0;
}

static bool comes_before(const descryi_table_entry* a, const descryi_table_entry* b) {
  if (a->place != b->place) return a->place < b->place;
  int order = compare_node_key(a, b->place, descryi_peek(&b->lo), descryi_peek(&b->hi));
  return order != 0 ? order < 0 : (uintptr_t)a < (uintptr_t)b;
}

static descryi_table_entry* insert(descryi_table_entry* root, descryi_table_entry* entry,
                                   bool* changed) {
  if (!root) {
    *changed = true;
    update_node(entry);
    return entry;
  }
  if (comes_before(entry, root)) {
    root->left = insert(root->left, entry, changed);
  } else {
    root->right = insert(root->right, entry, changed);
  }
  return *changed ? balance(root, changed) : root;
}

// Takes the first entry off a subtree. Returns the subtree's new root.
static descryi_table_entry* remove_first(descryi_table_entry* root, descryi_table_entry** first,
                                         bool* changed) {
  if (!root->left) {
    *first = root;
    *changed = true;
    return root->right;
  }
  root->left = remove_first(root->left, first, changed);
  return *changed ? balance(root, changed) : root;
}

static descryi_table_entry* join_trees(descryi_table_entry* left, descryi_table_entry* right,
                                       bool* changed) {
  *changed = true;
  if (!right) return left;
  descryi_table_entry* root = NULL;
  right = remove_first(right, &root, changed);
  root->left = left;
  root->right = right;
  root = balance(root, changed);
  *changed = true;  // another root than before
  return root;
}

static descryi_table_entry* remove_entry(descryi_table_entry* root, descryi_table_entry* entry,
                                         bool* changed) {
  if (root == entry) return join_trees(root->left, root->right, changed);
  if (comes_before(entry, root)) {
    root->left = remove_entry(root->left, entry, changed);
  } else {
    root->right = remove_entry(root->right, entry, changed);
  }
  return *changed ? balance(root, changed) : root;
}

static void refresh(descryi_table_entry* root, const descryi_table_entry* entry) {
  if (root != entry) refresh(comes_before(entry, root) ? root->left : root->right, entry);
  update_node(root);
}

// Whether a tree for `step` helps: the blocks must be apart, and sums of places must not overflow.
static bool gets_tree(const descryi_region* region, uint64_t step) {
  return step > region->run && step < UINT64_C(1) << 62;
}

// Returns the number of the tree for the region, or of a free one (else the first) where there is
// none yet.
static int tree_for(const descryi_index* index, const descryi_region* region, uint64_t step) {
  if (!gets_tree(region, step)) return 0;
  int free_tree = 0;
  for (int i = DESCRYI_TREES - 1; i > 0; --i) {
    if (!index->trees[i].root) {
      free_tree = i;
    } else if (index->trees[i].step == step) {
      return i;
    }
  }
  return free_tree;
}

static uint64_t place_in(const descryi_tree* tree, uint64_t lo) {
  return tree->step ? lo % tree->step : lo;
}

void descryi_index_insert(descryi_index* index, descryi_table_entry* entry) {
  descryi_region region;
  descryi_table_entry_get_region(entry, &region);
  uint64_t step = descryi_region_step(&region);
  entry->tree = (unsigned)tree_for(index, &region, step) & 0x7f;
  descryi_tree* tree = &index->trees[entry->tree];
  if (!tree->root) tree->step = entry->tree ? step : 0;
  entry->place = place_in(tree, region.lo);
  entry->left = entry->right = NULL;
  bool changed = false;
  tree->root = insert(tree->root, entry, &changed);
}

void descryi_index_remove(descryi_index* index, descryi_table_entry* entry) {
  descryi_tree* tree = &index->trees[entry->tree];
  bool changed = false;
  tree->root = remove_entry(tree->root, entry, &changed);
}

void descryi_index_refresh(descryi_index* index, descryi_table_entry* entry) {
  refresh(index->trees[entry->tree].root, entry);
}

static descryi_table_entry* find_node(descryi_table_entry* root, const descryi_region* region,
                                      uint64_t place) {
  while (root) {
    int order = compare_node_key(root, place, region->lo, region->hi);
    if (order == 0) {
      if (descryi_table_entry_is_for(root, region)) return root;
      descryi_table_entry* found = find_node(root->left, region, place);
      if (found) return found;
    }
    root = order > 0 ? root->left : root->right;
  }
  return NULL;
}

descryi_table_entry* descryi_index_find(const descryi_index* index, const descryi_region* region) {
  uint64_t step = region->naxes ? descryi_region_step(region) : 0;
  for (int i = 0; i < DESCRYI_TREES; ++i) {
    const descryi_tree* tree = &index->trees[i];
    if (!tree->root || (i > 0 && tree->step != step)) continue;
    descryi_table_entry* found = find_node(tree->root, region, place_in(tree, region->lo));
    if (found) return found;
  }
  return NULL;
}

// What is looked for: blocks with a byte at places [first, past), of entries with a byte in [lo,
// hi).
typedef struct window {
  uint64_t first, past;
  uint64_t lo, hi;
  bool writable_only;
  descryi_visitor* visitor;
  void* context;
} window;

static bool has_candidates(const descryi_table_entry* root, const window* w) {
  return root && root->max_end > w->first && root->min_lo < w->hi && root->max_hi > w->lo &&
         (root->any_may_write || !w->writable_only);
}

static bool is_candidate(const descryi_table_entry* entry, const window* w) {
  return end_of(entry) > w->first && descryi_peek(&entry->lo) < w->hi &&
         descryi_peek(&entry->hi) > w->lo &&
         (!w->writable_only || (descryi_state(entry) & DESCRYI_MAY_WRITE));
}

static bool visit(descryi_table_entry* root, const window* w) {
  if (!has_candidates(root, w)) return true;
  fetch(root->left);
  fetch(root->right);
  bool go_on = visit(root->left, w);
  if (go_on && root->place < w->past) {
    go_on = (!is_candidate(root, w) || w->visitor(root, w->context)) && visit(root->right, w);
  }
  if (w->writable_only) update_node(root);
  return go_on;
}

static bool visit_between(descryi_table_entry* root, window* w, uint64_t first, uint64_t past) {
  w->first = first;
  w->past = past;
  return visit(root, w);
}

// Places modulo the step wrap round: a block that begins before the step's end reaches into the
// next one.
static bool visit_modulo(const descryi_tree* tree, window* w, const descryi_region* region) {
  uint64_t first = region->lo % tree->step, past = first + region->run;
  return visit_between(tree->root, w, first, past) &&
         visit_between(tree->root, w, first + tree->step, past + tree->step) &&
         (past <= tree->step || visit_between(tree->root, w, 0, past - tree->step));
}

static bool visit_tree(const descryi_tree* tree, window* w, const descryi_region* region,
                       uint64_t step) {
  if (!has_candidates(tree->root, w)) return true;
  if (tree->step == 0) return visit_between(tree->root, w, w->lo, w->hi);
  bool recurs_alike = step % tree->step == 0 && region->run < tree->step;
  return recurs_alike ? visit_modulo(tree, w, region) : visit_between(tree->root, w, 0, ANYWHERE);
}

bool descryi_index_visit(descryi_index* index, const descryi_region* region, bool writable_only,
                         descryi_visitor* visitor, void* context) {
  uint64_t step = descryi_region_step(region);
  window w = {0, ANYWHERE, region->lo, region->hi, writable_only, visitor, context};
  for (int i = 0; i < DESCRYI_TREES; ++i) {
    w.first = 0;
    if (!visit_tree(&index->trees[i], &w, region, step)) return false;
  }
  return true;
}

// SPDX-License-Identifier: BSD-3-Clause
// The largest records: 200 fields, and 320, the most there can be. Compiled alone, as C and as C++.
#include <descry/declare.h>

// clang-format off
typedef struct {
  int8_t m0[3]; uint8_t m1; int16_t m2; uint32_t m3; int64_t m4; float m5[3]; double m6; bool m7[2][3]; int8_t m8; uint8_t m9;
  int16_t m10[3]; uint32_t m11; int64_t m12; float m13; double m14[2][3]; bool m15[3]; int8_t m16; uint8_t m17; int16_t m18; uint32_t m19;
  int64_t m20[3]; float m21[2][3]; double m22; bool m23; int8_t m24; uint8_t m25[3]; int16_t m26; uint32_t m27; int64_t m28[2][3]; float m29;
  double m30[3]; bool m31; int8_t m32; uint8_t m33; int16_t m34; uint32_t m35[3]; int64_t m36; float m37; double m38; bool m39;
  int8_t m40[3]; uint8_t m41; int16_t m42[2][3]; uint32_t m43; int64_t m44; float m45[3]; double m46; bool m47; int8_t m48; uint8_t m49[2][3];
  int16_t m50[3]; uint32_t m51; int64_t m52; float m53; double m54; bool m55[3]; int8_t m56[2][3]; uint8_t m57; int16_t m58; uint32_t m59;
  int64_t m60[3]; float m61; double m62; bool m63[2][3]; int8_t m64; uint8_t m65[3]; int16_t m66; uint32_t m67; int64_t m68; float m69;
  double m70[3]; bool m71; int8_t m72; uint8_t m73; int16_t m74; uint32_t m75[3]; int64_t m76; float m77[2][3]; double m78; bool m79;
  int8_t m80[3]; uint8_t m81; int16_t m82; uint32_t m83; int64_t m84[2][3]; float m85[3]; double m86; bool m87; int8_t m88; uint8_t m89;
  int16_t m90[3]; uint32_t m91[2][3]; int64_t m92; float m93; double m94; bool m95[3]; int8_t m96; uint8_t m97; int16_t m98[2][3]; uint32_t m99;
  int64_t m100[3]; float m101; double m102; bool m103; int8_t m104; uint8_t m105[3]; int16_t m106; uint32_t m107; int64_t m108; float m109;
  double m110[3]; bool m111; int8_t m112[2][3]; uint8_t m113; int16_t m114; uint32_t m115[3]; int64_t m116; float m117; double m118; bool m119[2][3];
  int8_t m120[3]; uint8_t m121; int16_t m122; uint32_t m123; int64_t m124; float m125[3]; double m126[2][3]; bool m127; int8_t m128; uint8_t m129;
  int16_t m130[3]; uint32_t m131; int64_t m132; float m133[2][3]; double m134; bool m135[3]; int8_t m136; uint8_t m137; int16_t m138; uint32_t m139;
  int64_t m140[3]; float m141; double m142; bool m143; int8_t m144; uint8_t m145[3]; int16_t m146; uint32_t m147[2][3]; int64_t m148; float m149;
  double m150[3]; bool m151; int8_t m152; uint8_t m153; int16_t m154[2][3]; uint32_t m155[3]; int64_t m156; float m157; double m158; bool m159;
  int8_t m160[3]; uint8_t m161[2][3]; int16_t m162; uint32_t m163; int64_t m164; float m165[3]; double m166; bool m167; int8_t m168[2][3]; uint8_t m169;
  int16_t m170[3]; uint32_t m171; int64_t m172; float m173; double m174; bool m175[3]; int8_t m176; uint8_t m177; int16_t m178; uint32_t m179;
  int64_t m180[3]; float m181; double m182[2][3]; bool m183; int8_t m184; uint8_t m185[3]; int16_t m186; uint32_t m187; int64_t m188; float m189[2][3];
  double m190[3]; bool m191; int8_t m192; uint8_t m193; int16_t m194; uint32_t m195[3]; int64_t m196[2][3]; float m197; double m198; bool m199;
} two_hundred;
DESCRY_RECORD(two_hundred,
              m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15,
              m16, m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
              m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47,
              m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61, m62, m63,
              m64, m65, m66, m67, m68, m69, m70, m71, m72, m73, m74, m75, m76, m77, m78, m79,
              m80, m81, m82, m83, m84, m85, m86, m87, m88, m89, m90, m91, m92, m93, m94, m95,
              m96, m97, m98, m99, m100, m101, m102, m103, m104, m105, m106, m107, m108, m109, m110, m111,
              m112, m113, m114, m115, m116, m117, m118, m119, m120, m121, m122, m123, m124, m125, m126, m127,
              m128, m129, m130, m131, m132, m133, m134, m135, m136, m137, m138, m139, m140, m141, m142, m143,
              m144, m145, m146, m147, m148, m149, m150, m151, m152, m153, m154, m155, m156, m157, m158, m159,
              m160, m161, m162, m163, m164, m165, m166, m167, m168, m169, m170, m171, m172, m173, m174, m175,
              m176, m177, m178, m179, m180, m181, m182, m183, m184, m185, m186, m187, m188, m189, m190, m191,
              m192, m193, m194, m195, m196, m197, m198, m199);
typedef struct {
  int8_t m0[3]; uint8_t m1; int16_t m2; uint32_t m3; int64_t m4; float m5[3]; double m6; bool m7[2][3]; int8_t m8; uint8_t m9;
  int16_t m10[3]; uint32_t m11; int64_t m12; float m13; double m14[2][3]; bool m15[3]; int8_t m16; uint8_t m17; int16_t m18; uint32_t m19;
  int64_t m20[3]; float m21[2][3]; double m22; bool m23; int8_t m24; uint8_t m25[3]; int16_t m26; uint32_t m27; int64_t m28[2][3]; float m29;
  double m30[3]; bool m31; int8_t m32; uint8_t m33; int16_t m34; uint32_t m35[3]; int64_t m36; float m37; double m38; bool m39;
  int8_t m40[3]; uint8_t m41; int16_t m42[2][3]; uint32_t m43; int64_t m44; float m45[3]; double m46; bool m47; int8_t m48; uint8_t m49[2][3];
  int16_t m50[3]; uint32_t m51; int64_t m52; float m53; double m54; bool m55[3]; int8_t m56[2][3]; uint8_t m57; int16_t m58; uint32_t m59;
  int64_t m60[3]; float m61; double m62; bool m63[2][3]; int8_t m64; uint8_t m65[3]; int16_t m66; uint32_t m67; int64_t m68; float m69;
  double m70[3]; bool m71; int8_t m72; uint8_t m73; int16_t m74; uint32_t m75[3]; int64_t m76; float m77[2][3]; double m78; bool m79;
  int8_t m80[3]; uint8_t m81; int16_t m82; uint32_t m83; int64_t m84[2][3]; float m85[3]; double m86; bool m87; int8_t m88; uint8_t m89;
  int16_t m90[3]; uint32_t m91[2][3]; int64_t m92; float m93; double m94; bool m95[3]; int8_t m96; uint8_t m97; int16_t m98[2][3]; uint32_t m99;
  int64_t m100[3]; float m101; double m102; bool m103; int8_t m104; uint8_t m105[3]; int16_t m106; uint32_t m107; int64_t m108; float m109;
  double m110[3]; bool m111; int8_t m112[2][3]; uint8_t m113; int16_t m114; uint32_t m115[3]; int64_t m116; float m117; double m118; bool m119[2][3];
  int8_t m120[3]; uint8_t m121; int16_t m122; uint32_t m123; int64_t m124; float m125[3]; double m126[2][3]; bool m127; int8_t m128; uint8_t m129;
  int16_t m130[3]; uint32_t m131; int64_t m132; float m133[2][3]; double m134; bool m135[3]; int8_t m136; uint8_t m137; int16_t m138; uint32_t m139;
  int64_t m140[3]; float m141; double m142; bool m143; int8_t m144; uint8_t m145[3]; int16_t m146; uint32_t m147[2][3]; int64_t m148; float m149;
  double m150[3]; bool m151; int8_t m152; uint8_t m153; int16_t m154[2][3]; uint32_t m155[3]; int64_t m156; float m157; double m158; bool m159;
  int8_t m160[3]; uint8_t m161[2][3]; int16_t m162; uint32_t m163; int64_t m164; float m165[3]; double m166; bool m167; int8_t m168[2][3]; uint8_t m169;
  int16_t m170[3]; uint32_t m171; int64_t m172; float m173; double m174; bool m175[3]; int8_t m176; uint8_t m177; int16_t m178; uint32_t m179;
  int64_t m180[3]; float m181; double m182[2][3]; bool m183; int8_t m184; uint8_t m185[3]; int16_t m186; uint32_t m187; int64_t m188; float m189[2][3];
  double m190[3]; bool m191; int8_t m192; uint8_t m193; int16_t m194; uint32_t m195[3]; int64_t m196[2][3]; float m197; double m198; bool m199;
  int8_t m200[3]; uint8_t m201; int16_t m202; uint32_t m203[2][3]; int64_t m204; float m205[3]; double m206; bool m207; int8_t m208; uint8_t m209;
  int16_t m210[3]; uint32_t m211; int64_t m212; float m213; double m214; bool m215[3]; int8_t m216; uint8_t m217[2][3]; int16_t m218; uint32_t m219;
  int64_t m220[3]; float m221; double m222; bool m223; int8_t m224[2][3]; uint8_t m225[3]; int16_t m226; uint32_t m227; int64_t m228; float m229;
  double m230[3]; bool m231[2][3]; int8_t m232; uint8_t m233; int16_t m234; uint32_t m235[3]; int64_t m236; float m237; double m238[2][3]; bool m239;
  int8_t m240[3]; uint8_t m241; int16_t m242; uint32_t m243; int64_t m244; float m245[3]; double m246; bool m247; int8_t m248; uint8_t m249;
  int16_t m250[3]; uint32_t m251; int64_t m252[2][3]; float m253; double m254; bool m255[3]; int8_t m256; uint8_t m257; int16_t m258; uint32_t m259[2][3];
  int64_t m260[3]; float m261; double m262; bool m263; int8_t m264; uint8_t m265[3]; int16_t m266[2][3]; uint32_t m267; int64_t m268; float m269;
  double m270[3]; bool m271; int8_t m272; uint8_t m273[2][3]; int16_t m274; uint32_t m275[3]; int64_t m276; float m277; double m278; bool m279;
  int8_t m280[3]; uint8_t m281; int16_t m282; uint32_t m283; int64_t m284; float m285[3]; double m286; bool m287[2][3]; int8_t m288; uint8_t m289;
  int16_t m290[3]; uint32_t m291; int64_t m292; float m293; double m294[2][3]; bool m295[3]; int8_t m296; uint8_t m297; int16_t m298; uint32_t m299;
  int64_t m300[3]; float m301[2][3]; double m302; bool m303; int8_t m304; uint8_t m305[3]; int16_t m306; uint32_t m307; int64_t m308[2][3]; float m309;
  double m310[3]; bool m311; int8_t m312; uint8_t m313; int16_t m314; uint32_t m315[3]; int64_t m316; float m317; double m318; bool m319;
} three_hundred_twenty;
DESCRY_RECORD(three_hundred_twenty,
              m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15,
              m16, m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
              m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47,
              m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61, m62, m63,
              m64, m65, m66, m67, m68, m69, m70, m71, m72, m73, m74, m75, m76, m77, m78, m79,
              m80, m81, m82, m83, m84, m85, m86, m87, m88, m89, m90, m91, m92, m93, m94, m95,
              m96, m97, m98, m99, m100, m101, m102, m103, m104, m105, m106, m107, m108, m109, m110, m111,
              m112, m113, m114, m115, m116, m117, m118, m119, m120, m121, m122, m123, m124, m125, m126, m127,
              m128, m129, m130, m131, m132, m133, m134, m135, m136, m137, m138, m139, m140, m141, m142, m143,
              m144, m145, m146, m147, m148, m149, m150, m151, m152, m153, m154, m155, m156, m157, m158, m159,
              m160, m161, m162, m163, m164, m165, m166, m167, m168, m169, m170, m171, m172, m173, m174, m175,
              m176, m177, m178, m179, m180, m181, m182, m183, m184, m185, m186, m187, m188, m189, m190, m191,
              m192, m193, m194, m195, m196, m197, m198, m199, m200, m201, m202, m203, m204, m205, m206, m207,
              m208, m209, m210, m211, m212, m213, m214, m215, m216, m217, m218, m219, m220, m221, m222, m223,
              m224, m225, m226, m227, m228, m229, m230, m231, m232, m233, m234, m235, m236, m237, m238, m239,
              m240, m241, m242, m243, m244, m245, m246, m247, m248, m249, m250, m251, m252, m253, m254, m255,
              m256, m257, m258, m259, m260, m261, m262, m263, m264, m265, m266, m267, m268, m269, m270, m271,
              m272, m273, m274, m275, m276, m277, m278, m279, m280, m281, m282, m283, m284, m285, m286, m287,
              m288, m289, m290, m291, m292, m293, m294, m295, m296, m297, m298, m299, m300, m301, m302, m303,
              m304, m305, m306, m307, m308, m309, m310, m311, m312, m313, m314, m315, m316, m317, m318, m319);

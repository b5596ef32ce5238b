#pragma once

#include <string_view>

namespace shiqu::ocr {

/// A model file that this build trusts. Models are code: nothing else is ever loaded.
struct KnownModel {
  std::string_view file;    ///< within the folder of models
  std::string_view sha256;  ///< lower-case hexadecimal
};

// Third-party weights: package, version and digest of the archive stand in ocr/onnx/registry.txt.
constexpr KnownModel kBaseRecogniser{
    "ch_PP-OCRv4_rec_infer.onnx",
    "06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0"};
constexpr KnownModel kBaseCharacters{
    "ppocr_keys_v1.txt", "28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7"};
// Our own, from ocr/models; CMake takes their digests when it configures.
constexpr KnownModel kHead{"classical-head.safetensors", SHIQU_HEAD_SHA256};
constexpr KnownModel kGlyphs{"classical-glyphs.safetensors", SHIQU_GLYPHS_SHA256};
constexpr KnownModel kLanguage{"classical.language", SHIQU_LANGUAGE_SHA256};

}  // namespace shiqu::ocr

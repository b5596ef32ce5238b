#include "storage/package/receipt.h"

#include "storage/base/clock.h"

namespace shiqu::package {
namespace {

constexpr const char* kFormat = "shiqu receipt 1";
constexpr const char* kComment = "shiqu receipt";

std::string comment_of(const Receipt& receipt) {
  return "receipt for " + receipt.package + " " + receipt.tag_manifest_sha256;
}

}  // namespace

std::string text_of(const Receipt& receipt) {
  return Json{{"format", kFormat},
              {"package", receipt.package},
              {"identifier", receipt.identifier},
              {"version", receipt.version},
              {"sequence", receipt.sequence},
              {"signer", receipt.signer},
              {"tag_manifest_sha256", receipt.tag_manifest_sha256},
              {"files", receipt.files},
              {"bytes", receipt.bytes},
              {"receiver", receipt.receiver},
              {"receiver_key", receipt.receiver_key},
              {"checked", receipt.checked}}
             .dump(1, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

Result<Receipt> parse_receipt(std::string_view text) {
  SHIQU_TRY_ASSIGN(const Json json, parse_json(std::string(text), "receipt"));
  Receipt out;
  out.package = get_or<std::string>(json, "package", "");
  out.identifier = get_or<std::string>(json, "identifier", "");
  out.version = get_or<int>(json, "version", 0);
  out.sequence = get_or<std::int64_t>(json, "sequence", 0);
  out.signer = get_or<std::string>(json, "signer", "");
  out.tag_manifest_sha256 = get_or<std::string>(json, "tag_manifest_sha256", "");
  out.files = get_or<std::int64_t>(json, "files", 0);
  out.bytes = get_or<std::uint64_t>(json, "bytes", 0);
  out.receiver = get_or<std::string>(json, "receiver", "");
  out.receiver_key = get_or<std::string>(json, "receiver_key", "");
  out.checked = get_or<std::string>(json, "checked", "");
  if (out.tag_manifest_sha256.size() != 64 || text_of(out) != text) {
    return fail(ErrorCode::InvalidInput, "read receipt", out.package);
  }
  return out;
}

Result<Receipt> receipt_for(const std::string& package, const PackageVerdict& verdict,
                            const std::string& receiver, const StationKey& key,
                            std::int64_t checked_ms) {
  if (!verdict.ok || verdict.tag_manifest_sha256.empty()) {
    return fail(ErrorCode::Corrupt, "make receipt", package, "the package is not whole");
  }
  return Receipt{package,          verdict.identifier, verdict.version,
                 verdict.sequence, verdict.signer,     verdict.tag_manifest_sha256,
                 verdict.files,    verdict.bytes,      receiver,
                 text_of(key.id),  iso8601(checked_ms)};
}

Result<std::string> sign_receipt(const Receipt& receipt, const StationKey& key) {
  return sign_text(key, text_of(receipt), comment_of(receipt), kComment);
}

Result<Receipt> check_receipt(std::string_view text, std::string_view signature,
                              const VerifyingKey& key) {
  SHIQU_TRY_ASSIGN(Receipt receipt, parse_receipt(text));
  SHIQU_TRY_ASSIGN(const FileSignature by,
                   verify_text_signature(key, text, signature, receipt.package));
  if (by.trusted_comment != comment_of(receipt) || by.untrusted_comment != kComment ||
      receipt.receiver_key != text_of(key.id)) {
    return fail(ErrorCode::Corrupt, "read receipt", receipt.package, "it is signed otherwise");
  }
  return receipt;
}

}  // namespace shiqu::package

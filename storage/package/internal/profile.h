#pragma once

#include <array>
#include <string_view>

/// The fixed words of the package profile; the writer writes them, the verifier demands them.
namespace shiqu::package::profile {

constexpr std::string_view kIdentifier = "urn:shiqu:bagit-profile:1.0";
constexpr std::string_view kDeclaration =
    "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
constexpr std::string_view kSigned = "tagmanifest-sha512.txt";
constexpr std::string_view kSignature = "tagmanifest-sha512.txt.minisig";
constexpr std::string_view kSigner = "signer.pub";
constexpr std::string_view kSm2Signature = "tagmanifest-sha512.txt.sm2.sig";
constexpr std::string_view kSm2Signer = "signer-sm2.pub";
/// Nothing covers minisign's untrusted comment, so the profile fixes it.
constexpr std::string_view kComment = "shiqu package signature";

constexpr std::array<std::string_view, 11> kRequiredTags = {
    "BagIt-Profile-Identifier",   "Source-Organization", "External-Identifier",
    "Internal-Sender-Identifier", "Bagging-Date",        "Payload-Oxum",
    "Bag-Group-Identifier",       "Bag-Count",           "Shiqu-Package-Version",
    "Shiqu-Package-Type",         "Shiqu-Security-Level"};
constexpr std::array<std::string_view, 7> kRequiredRoot = {"bagit.txt",
                                                           "bag-info.txt",
                                                           "signer.pub",
                                                           "manifest-sha512.txt",
                                                           "tagmanifest-sha512.txt",
                                                           "tagmanifest-sha512.txt.minisig",
                                                           "data"};
constexpr std::array<std::string_view, 6> kOptionalRoot = {
    "manifest-sha256.txt", "tagmanifest-sha256.txt",
    "manifest-sm3.txt",    "tagmanifest-sm3.txt",
    kSm2Signature,         kSm2Signer};
constexpr std::array<std::string_view, 5> kRequiredPayload = {
    "data/metadata/dc.xml", "data/metadata/record.json", "data/provenance/events.jsonl",
    "data/reports/quality.json", "data/ro-crate-metadata.json"};

}  // namespace shiqu::package::profile

#include "storage/transfer/sheet.h"

#include "storage/base/text.h"
#include "storage/transfer/qr.h"

#include <fmt/format.h>

namespace shiqu::transfer {
namespace {

constexpr double kCodeMm = 52;

std::string row(const char* chinese, const char* english, const std::string& value) {
  return fmt::format("<tr><th lang=\"zh\">{}<small lang=\"en\">{}</small></th><td>{}</td></tr>\n",
                     chinese, english, html_text(value));
}

/// In groups of eight: people compare it by eye and read it aloud.
std::string grouped(const std::string& digest) {
  std::string out;
  for (std::size_t i = 0; i < digest.size(); i += 8) {
    out += (i == 0 ? "" : " ") + digest.substr(i, 8);
  }
  return out;
}

constexpr const char* kStyle =
    "@page{size:A4;margin:18mm}body{font:11pt 'Noto Serif CJK SC',serif;max-width:174mm}"
    "h1{font-size:18pt;margin:0 0 4mm}svg{float:right;margin:0 0 4mm 6mm}"
    "table{border-collapse:collapse;width:100%;clear:both}"
    "th,td{border:.3mm solid #888;padding:1.5mm 2mm;text-align:left;vertical-align:top}"
    "th{width:38mm;font-weight:600}small{display:block;font-weight:400;font-size:8pt}"
    "td{overflow-wrap:anywhere}.sign td{height:14mm}";

}  // namespace

std::string sheet_code(const CourierSheet& sheet) {
  return fmt::format("SHIQU1 {} {} {} {} {}", sheet.package, sheet.tag_manifest_sha256, sheet.bytes,
                     sheet.files, sheet.volumes.size());
}

Result<std::string> make_courier_sheet(const CourierSheet& sheet) {
  SHIQU_TRY_ASSIGN(const std::string code, qr_svg(sheet_code(sheet), kCodeMm));
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\"><title>{}</title>"
      "<style>{}</style></head><body>\n{}\n<h1>数据包交接单<small lang=\"en\">Package courier "
      "sheet</small></h1>\n",
      html_text(sheet.package), kStyle, code);
  out +=
      "<p>接收方：请先核对签名与全部内容（shiqu verify），再出具签名回执；收到回执之前，"
      "发送方保留其副本。</p>\n<p lang=\"en\">Receiver: check signature and content first (shiqu "
      "verify), then make a signed receipt. The sender keeps a copy until it has come back.</p>\n"
      "<table>\n";
  out += row("数据包", "Package", sheet.package);
  out += row("标识符", "Identifier", sheet.identifier);
  out += row("题名", "Title", sheet.title);
  out += row("发送单位", "Sender", fmt::format("{} · {}", sheet.sender, sheet.station));
  out += row("日期", "Date", sheet.date);
  out +=
      row("标签清单摘要 SHA-256", "Digest of the tag manifest", grouped(sheet.tag_manifest_sha256));
  out += row(
      "签名密钥", "Signing key",
      sheet.sequence > 0 ? fmt::format("{} · № {}", sheet.signer, sheet.sequence) : sheet.signer);
  out += row("载荷字节数", "Payload bytes", std::to_string(sheet.bytes));
  out += row("载荷文件数", "Payload files", std::to_string(sheet.files));
  out += row("加密", "Encrypted", sheet.encrypted ? "是 yes (age v1)" : "否 no");
  out += row("分卷数", "Volumes", std::to_string(sheet.volumes.size()));
  for (const std::string& volume : sheet.volumes) {
    out += row("分卷", "Volume", volume);
  }
  out += row("联系人", "Contact", sheet.contact.empty() ? " " : sheet.contact);
  out += "</table>\n<table class=\"sign\">\n";
  out += row("移交人签字、日期", "Handed over by, date", " ");
  out += row("接收人签字、日期", "Received by, date", " ");
  return out + "</table></body></html>\n";
}

}  // namespace shiqu::transfer

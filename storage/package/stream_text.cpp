#include "storage/package/stream_text.h"

#include "storage/text_formats/xml_text.h"

namespace shiqu::package {
namespace {

constexpr std::size_t kBuffer = 64U << 10U;

std::string escaped(std::string_view text, bool attribute) {
  std::string out;
  for (const char c : xml::clean(text)) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '\r') {
      out += "&#13;";  // a parser would make it a line feed
    } else if (attribute && c == '"') {
      out += "&quot;";
    } else if (attribute && (c == '\n' || c == '\t')) {
      out += c == '\n' ? "&#10;" : "&#9;";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Result<TextOut> TextOut::open(BagWriter& bag, const std::string& path) {
  SHIQU_TRY_ASSIGN(PayloadFile file, bag.open(path));
  return TextOut(bag, std::move(file));
}

void TextOut::flush() {
  if (status_) {
    status_ = file_.append(std::string_view(buffer_));
  }
  buffer_.clear();
}

void TextOut::put(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBuffer) {
    flush();
  }
}

Status TextOut::finish() {
  flush();
  SHIQU_TRY(status_);
  return bag_->close(std::move(file_));
}

Result<XmlOut> XmlOut::open(BagWriter& bag, const std::string& path) {
  SHIQU_TRY_ASSIGN(TextOut out, TextOut::open(bag, path));
  out.put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  return XmlOut(std::move(out));
}

void XmlOut::indent() {
  out_.put(std::string(open_.size(), ' '));
}

void XmlOut::tag(std::string_view element, Attributes attributes, std::string_view closing) {
  indent();
  std::string out = "<" + std::string(element);
  for (const auto& [name, value] : attributes) {
    if (!value.empty()) {
      out += " " + std::string(name) + "=\"" + escaped(value, true) + "\"";
    }
  }
  out_.put(out);
  out_.put(closing);
}

void XmlOut::begin(std::string_view element, Attributes attributes) {
  tag(element, attributes, ">\n");
  open_.emplace_back(element);
}

void XmlOut::leaf(std::string_view element, std::string_view text, Attributes attributes) {
  const std::string inner = escaped(text, false);
  if (inner.empty()) {
    return;
  }
  tag(element, attributes, ">");
  out_.put(inner + "</" + std::string(element) + ">\n");
}

void XmlOut::empty(std::string_view element, Attributes attributes) {
  tag(element, attributes, "/>\n");
}

void XmlOut::text(std::string_view text) {
  out_.put(escaped(text, false));
}

void XmlOut::end() {
  const std::string element = std::move(open_.back());
  open_.pop_back();
  indent();
  out_.put("</" + element + ">\n");
}

Status XmlOut::finish() {
  while (!open_.empty()) {
    end();
  }
  return out_.finish();
}

std::string json_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<JsonOut> JsonOut::open(BagWriter& bag, const std::string& path) {
  SHIQU_TRY_ASSIGN(TextOut out, TextOut::open(bag, path));
  out.put("{");
  return JsonOut(std::move(out));
}

void JsonOut::key(std::string_view name) {
  out_.put(first_member_ ? "\n" : ",\n");
  first_member_ = false;
  out_.put(json_line(Json(name)) + ": ");
}

void JsonOut::member(std::string_view name, const Json& value) {
  key(name);
  out_.put(json_line(value));
}

void JsonOut::members(const Json& object) {
  for (const auto& [name, value] : object.items()) {
    member(name, value);
  }
}

void JsonOut::begin_array(std::string_view name) {
  key(name);
  out_.put("[");
  first_entry_ = true;
}

void JsonOut::entry(const Json& value) {
  out_.put(first_entry_ ? "\n  " : ",\n  ");
  first_entry_ = false;
  out_.put(json_line(value));
}

void JsonOut::end_array() {
  out_.put(first_entry_ ? "]" : "\n]");
}

Status JsonOut::finish() {
  out_.put("\n}\n");
  return out_.finish();
}

}  // namespace shiqu::package

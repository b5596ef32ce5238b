#include "storage/package/internal/stream_check.h"

#include "storage/base/channel.h"
#include "storage/base/handle.h"
#include "storage/base/text.h"

#include <libxml/xmlreader.h>

#include <cerrno>
#include <fstream>

namespace shiqu::package::profile {
namespace {

constexpr std::size_t kDeepest = 200;
constexpr std::size_t kLongestLine = 64U << 20U;

inline void free_reader(xmlTextReaderPtr reader) noexcept {
  xmlFreeTextReader(reader);
}
using ReaderHandle = Handle<xmlTextReader, free_reader>;

void be_silent(void* /*context*/, const char* /*message*/, xmlParserSeverities /*severity*/,
               xmlTextReaderLocatorPtr /*where*/) {}

/// Takes the events of a JSON parser and keeps nothing but the depth.
class DepthOnly : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool key(string_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*members*/) override { return ++depth_ <= kDeepest; }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t /*entries*/) override { return ++depth_ <= kDeepest; }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const Json::exception& /*problem*/) override {
    return false;
  }

 private:
  bool leave() {
    --depth_;
    return true;
  }
  std::size_t depth_ = 0;
};

Result<std::ifstream> open(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return fail_errno(errno, "check document", file.string());
  }
  return stream;
}

}  // namespace

Result<std::string> json_fault(const std::filesystem::path& file) {
  SHIQU_TRY_ASSIGN(std::ifstream stream, open(file));
  DepthOnly sax;
  return std::string(Json::sax_parse(stream, &sax) ? "" : "It is not JSON.");
}

Result<std::string> json_lines_fault(const std::filesystem::path& file) {
  SHIQU_TRY_ASSIGN(std::ifstream stream, open(file));
  for (std::string line; std::getline(stream, line);) {
    DepthOnly sax;
    if (line.size() > kLongestLine || !Json::sax_parse(line, &sax)) {
      return std::string("A line is not JSON.");
    }
  }
  return std::string();
}

Result<std::string> xml_fault(const std::filesystem::path& file) {
  const ReaderHandle reader(
      xmlReaderForFile(file.c_str(), "UTF-8", XML_PARSE_NONET | XML_PARSE_HUGE));
  if (!reader) {
    return fail(ErrorCode::Io, "check document", file.string());
  }
  xmlTextReaderSetErrorHandler(reader.get(), be_silent, nullptr);
  int read = xmlTextReaderRead(reader.get());
  for (; read == 1; read = xmlTextReaderRead(reader.get())) {
    if (xmlTextReaderNodeType(reader.get()) == XML_READER_TYPE_DOCUMENT_TYPE) {
      return std::string("It declares a document type.");
    }
  }
  return std::string(read == 0 ? "" : "It is not well-formed XML in UTF-8.");
}

}  // namespace shiqu::package::profile

#include "storage/imaging/internal/tiff_handle.h"

#include "storage/base/memory.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <utility>

namespace shiqu::imaging {
namespace {

using OptionsHandle = Handle<TIFFOpenOptions, TIFFOpenOptionsFree>;

int keep_error(TIFF* /*tiff*/, void* user, const char* /*module*/, const char* format,
               va_list arguments) {
  std::array<char, 512> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  static_cast<TiffMessages*>(user)->text = text.data();
  return 1;  // handled: nothing goes to standard error
}

int ignore_warning(TIFF* /*tiff*/, void* /*user*/, const char* /*module*/, const char* /*format*/,
                   va_list /*arguments*/) {
  return 1;
}

OptionsHandle options_with(TiffMessages& messages) {
  OptionsHandle options(TIFFOpenOptionsAlloc());
  if (!options) {
    end_without_memory();
  }
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_error, &messages);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore_warning, nullptr);
  return options;
}

}  // namespace

Result<TiffHandle> open_tiff(const std::filesystem::path& file, TiffMessages& messages) {
  const OptionsHandle options = options_with(messages);
  errno = 0;
  TiffHandle tiff(TIFFOpenExt(file.c_str(), "r", options.get()));
  if (!tiff) {
    return errno != 0 ? fail_errno(errno, "open TIFF", file.string())
                      : fail(ErrorCode::Corrupt, "open TIFF", file.string(), messages.text);
  }
  return tiff;
}

Result<NewTiff> create_tiff(const std::filesystem::path& file, TiffMessages& messages) {
  const OptionsHandle options = options_with(messages);
  SHIQU_TRY_ASSIGN(NewFile fresh, NewFile::create(file));
  FileDescriptor own(::fcntl(fresh.descriptor(), F_DUPFD_CLOEXEC, 0));  // TIFFClose closes its own
  errno = 0;
  TiffHandle tiff(own ? TIFFFdOpenExt(own.get(), file.c_str(), "wl", options.get()) : nullptr);
  if (!tiff) {
    return fail_errno(errno != 0 ? errno : EIO, "create TIFF (" + messages.text + ")",
                      file.string());
  }
  own.release();
  return NewTiff{std::move(fresh), std::move(tiff)};
}

Status NewTiff::finish(const std::string& what, const TiffMessages& messages) {
  errno = 0;
  if (TIFFFlush(tiff.get()) == 0) {
    return fail_errno(errno != 0 ? errno : EIO, what + " (" + messages.text + ")");
  }
  tiff.reset();
  return file.sync();
}

}  // namespace shiqu::imaging

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/package/recipient.h"
#include "storage/transfer/age.h"
#include "storage/transfer/tar.h"
#include "ui/app/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

namespace shiqu::app {
namespace {

namespace fs = std::filesystem;
using transfer::ByteSink;

constexpr const char* kIndexComment = "shiqu volumes";
constexpr std::uint64_t kLargestIndex = 16U << 20U;

fs::path index_file(const fs::path& folder, const std::string& package) {
  return folder / (package + ".volumes.json");
}

Result<std::vector<PublicKey>> recipients(store::Store& store,
                                          const std::vector<std::string>& names) {
  SHIQU_TRY_ASSIGN(const auto known, package::receivers(store.keys()));
  std::vector<PublicKey> out;
  for (const std::string& name : names) {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.name == name; });
    if (found == known.end()) {
      return fail(ErrorCode::NotFound, "encrypt", name, "no receiver of that name");
    }
    SHIQU_TRY_ASSIGN(const PublicKey key, package::parse_recipient(found->recipient));
    out.push_back(key);
  }
  return out;
}

/// The package as a stream, encrypted when there are receivers.
Status stream_package(const fs::path& folder, const std::vector<PublicKey>& receivers,
                      const ByteSink& sink, const std::function<void(std::uint64_t)>& progress,
                      const std::stop_token& stop) {
  if (receivers.empty()) {
    return transfer::write_tar(folder, sink, progress, stop);
  }
  SHIQU_TRY_ASSIGN(transfer::AgeWriter age, transfer::AgeWriter::start(receivers, sink));
  SHIQU_TRY(transfer::write_tar(
      folder, [&](std::span<const std::uint8_t> bytes) { return age.write(bytes); }, progress,
      stop));
  return age.finish();
}

using Stream = std::function<Status(const ByteSink&)>;

Result<fs::path> write_one_file(const fs::path& target, const Stream& stream,
                                const std::string& digest) {
  SHIQU_TRY(make_folders(target.parent_path()));
  SHIQU_TRY_ASSIGN(AtomicFile file, AtomicFile::create(target));
  std::uint64_t bytes = 0;
  SHIQU_TRY(stream([&](std::span<const std::uint8_t> piece) {
    bytes += piece.size();
    return file.write(piece);
  }));
  SHIQU_TRY(file.commit());
  const transfer::Sealed seal{target.filename().string(), digest, 1, bytes};
  SHIQU_TRY(write_new_file(transfer::sealed_file(target), text_of(seal)));
  return target;
}

Result<fs::path> write_volumes(const fs::path& folder, const std::string& package,
                               const std::string& content, std::uint64_t volume_bytes,
                               const Stream& stream, const std::string& digest,
                               const package::StationKey& key) {
  if (fs::exists(folder)) {
    return fail(ErrorCode::Exists, "write volumes", folder.string());
  }
  const fs::path part = folder.string() + ".part";
  std::error_code ignored;
  fs::remove_all(part, ignored);  // of an attempt that was cut
  SHIQU_TRY_ASSIGN(transfer::VolumeWriter writer,
                   transfer::VolumeWriter::create(part, package, content, volume_bytes));
  SHIQU_TRY(stream([&](std::span<const std::uint8_t> piece) { return writer.write(piece); }));
  SHIQU_TRY_ASSIGN(const transfer::VolumeIndex index, writer.finish(digest));
  const std::string text = text_of(index);
  SHIQU_TRY_ASSIGN(const std::string signature,
                   package::sign_text(key, text, fmt::format("volumes of {} {}", package, digest),
                                      kIndexComment));
  SHIQU_TRY(write_new_file(index_file(part, package), text));
  SHIQU_TRY(write_new_file(index_file(part, package).string() + ".minisig", signature));
  SHIQU_TRY(move_into_place(part, folder));
  const transfer::Sealed seal{folder.filename().string(), digest,
                              static_cast<std::int64_t>(index.volumes.size()) + 2, index.bytes};
  SHIQU_TRY(write_new_file(transfer::sealed_file(folder), text_of(seal)));
  return folder;
}

/// Fills OUT/NAME from a stream of a tar archive; the name appears when all of it is there.
Result<fs::path> unpack(const fs::path& out, const Stream& stream) {
  const fs::path part = out / (".unpacking-" + new_uuid());
  std::error_code ignored;
  const auto clean = [&](Error error) {
    fs::remove_all(part, ignored);
    return fail(std::move(error));
  };
  transfer::TarUnpacker unpacker(part);
  const Status done =
      stream([&](std::span<const std::uint8_t> piece) { return unpacker.take(piece); });
  if (!done) {
    return clean(done.error());
  }
  const auto top = unpacker.finish();
  if (!top) {
    return clean(top.error());
  }
  if (const Status moved = move_into_place(part / *top, out / *top); !moved) {
    return clean(moved.error());
  }
  fs::remove_all(part, ignored);
  return out / *top;
}

/// A source that reads a file; the pieces that decryption asks for may be small.
class FileSource {
 public:
  explicit FileSource(const fs::path& file) : in_(file, std::ios::binary), name_(file.string()) {}
  Result<std::size_t> read(std::span<std::uint8_t> buffer) {
    if (!in_.is_open()) {
      return fail(ErrorCode::NotFound, "open", name_);
    }
    in_.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size()));
    if (in_.bad()) {
      return fail(ErrorCode::Io, "read", name_);
    }
    return static_cast<std::size_t>(in_.gcount());
  }

 private:
  std::ifstream in_;
  std::string name_;
};

/// Turns a stream that is pushed (the volumes) into one that is pulled (decryption): the pusher
/// runs on a thread of its own and waits while a few pieces lie ready.
class Pipe {
 public:
  explicit Pipe(const Stream& push) : pusher_([this, push] { run(push); }) {}
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
    pusher_.join();
  }
  Result<std::size_t> read(std::span<std::uint8_t> buffer) {
    if (at_ == now_.size()) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !pieces_.empty() || ended_; });
      if (pieces_.empty()) {
        return outcome_ ? Result<std::size_t>(std::size_t{0})
                        : Result<std::size_t>(fail(outcome_.error()));
      }
      now_ = std::move(pieces_.front());
      at_ = 0;
      pieces_.pop_front();
      changed_.notify_all();
    }
    const std::size_t part = std::min(buffer.size(), now_.size() - at_);
    std::copy_n(now_.begin() + static_cast<std::ptrdiff_t>(at_), part, buffer.begin());
    at_ += part;
    return part;
  }

 private:
  void run(const Stream& push) {
    Status outcome = push([this](std::span<const std::uint8_t> bytes) -> Status {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return pieces_.size() < 4 || closed_; });
      if (closed_) {
        return fail(ErrorCode::Cancelled, "read volumes");
      }
      if (!bytes.empty()) {
        pieces_.emplace_back(bytes.begin(), bytes.end());
      }
      changed_.notify_all();
      return {};
    });
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
    ended_ = true;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::vector<std::uint8_t>> pieces_;  ///< under mutex_, as all up to closed_
  Status outcome_;
  bool ended_ = false;
  bool closed_ = false;
  std::vector<std::uint8_t> now_;  ///< of the reading thread
  std::size_t at_ = 0;
  std::thread pusher_;  ///< last: it uses the others
};

Result<Unwrapped> verified(const fs::path& folder, const package::VerifyOptions& expected) {
  SHIQU_TRY_ASSIGN(package::PackageVerdict verdict, package::verify_package(folder, expected));
  return Unwrapped{folder, std::move(verdict)};
}

/// The index of the first disk that has one, its signature checked.
Result<transfer::VolumeIndex> find_index(const std::vector<fs::path>& disks,
                                         const package::VerifyOptions& expected) {
  for (const fs::path& disk : disks) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(disk, failed)) {
      const fs::path& file = entry.path();
      if (!file.filename().string().ends_with(".volumes.json")) {
        continue;
      }
      SHIQU_TRY_ASSIGN(const std::string text, read_file(file, kLargestIndex));
      SHIQU_TRY_ASSIGN(const std::string signature, read_file(file.string() + ".minisig", 4096));
      SHIQU_TRY_ASSIGN(transfer::VolumeIndex index, transfer::parse_volume_index(text));
      if (expected.trusted) {
        SHIQU_TRY_ASSIGN(const package::FileSignature by,
                         package::verify_text_signature(*expected.trusted, text, signature,
                                                        file.filename().string()));
        if (by.untrusted_comment != kIndexComment) {
          return fail(ErrorCode::Corrupt, "join volumes", file.string(),
                      "signed as something else");
        }
      }
      return index;
    }
  }
  return fail(ErrorCode::NotFound, "join volumes", disks.empty() ? "" : disks.front().string(),
              "no index NAME.volumes.json on the disks");
}

}  // namespace

Result<fs::path> wrap_package(store::Store& store, const store::Session& by, const fs::path& folder,
                              const package::PackageVerdict& verdict, const WrapOptions& options,
                              const package::StationKey& key, const ByteProgress& progress,
                              const std::stop_token& stop) {
  if (!verdict.ok) {
    return fail(ErrorCode::Corrupt, "wrap package", folder.string(), "it is not whole");
  }
  SHIQU_TRY_ASSIGN(const auto receivers, recipients(store, options.receivers));
  const std::string name = folder.filename().string();
  const std::string content = receivers.empty() ? "tar" : "tar.age";
  const Stream stream = [&](const ByteSink& sink) {
    return stream_package(
        folder, receivers, sink,
        [&](std::uint64_t done) {
          if (progress) {
            progress(done, std::max(done, verdict.bytes));
          }
        },
        stop);
  };
  const std::string& digest = verdict.tag_manifest_sha256;
  fs::path made;
  if (options.volume_bytes > 0) {
    SHIQU_TRY_ASSIGN(made, write_volumes(options.out / (name + ".volumes"), name, content,
                                         options.volume_bytes, stream, digest, key));
  } else {
    SHIQU_TRY_ASSIGN(made, write_one_file(options.out / (name + "." + content), stream, digest));
  }
  SHIQU_TRY(store.note_event(by, "package.wrapped", "package:" + digest,
                             {{"name", made.filename().string()},
                              {"tag_manifest_sha256", digest},
                              {"receivers", options.receivers},
                              {"volume_bytes", options.volume_bytes}}));
  return made;
}

Result<Unwrapped> unwrap_file(const fs::path& file, const fs::path& out,
                              const std::function<Result<ReceivingKey>()>& key,
                              const package::VerifyOptions& expected) {
  SHIQU_TRY(make_folders(out));
  const bool sealed = file.extension() == ".age";
  const Stream stream = [&](const ByteSink& sink) -> Status {
    if (!sealed) {
      return read_in_pieces(file, sink);
    }
    SHIQU_TRY_ASSIGN(const ReceivingKey own, key());
    FileSource source(file);
    return transfer::age_decrypt(
        [&](std::span<std::uint8_t> buffer) { return source.read(buffer); }, own, sink);
  };
  SHIQU_TRY_ASSIGN(const fs::path folder, unpack(out, stream));
  return verified(folder, expected);
}

Result<Unwrapped> join_package(const std::vector<fs::path>& disks, const fs::path& out,
                               const std::function<Result<ReceivingKey>()>& key,
                               const package::VerifyOptions& expected) {
  SHIQU_TRY_ASSIGN(const transfer::VolumeIndex index, find_index(disks, expected));
  SHIQU_TRY(make_folders(out));
  const Stream joined = [&](const ByteSink& sink) {
    return transfer::join_volumes(index, disks, sink);
  };
  const Stream stream = [&](const ByteSink& sink) -> Status {
    if (index.content == "tar") {
      return joined(sink);
    }
    SHIQU_TRY_ASSIGN(const ReceivingKey own, key());
    Pipe pipe(joined);
    return transfer::age_decrypt([&](std::span<std::uint8_t> buffer) { return pipe.read(buffer); },
                                 own, sink);
  };
  SHIQU_TRY_ASSIGN(const fs::path folder, unpack(out, stream));
  SHIQU_TRY_ASSIGN(Unwrapped done, verified(folder, expected));
  if (done.verdict.ok && done.verdict.tag_manifest_sha256 != index.tag_manifest_sha256) {
    return fail(ErrorCode::Corrupt, "join volumes", index.package,
                "the index names another package than the one inside");
  }
  return done;
}

}  // namespace shiqu::app

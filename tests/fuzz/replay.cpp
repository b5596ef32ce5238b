// Main program of fuzz targets in ordinary builds: runs every file of the folders named, then
// mutations of them for SHIQU_FUZZ_SECONDS of processor time (2 unless said otherwise), the same
// ones each time. `./run fuzz` searches longer and with an eye on what the code does.

#include "tests/fuzz/fuzz.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Input = std::vector<std::uint8_t>;

volatile std::sig_atomic_t g_round = 0;  ///< of mutation; 0 while files are replayed

/// Says which mutation it was; a program that is given "ROUND" as SHIQU_FUZZ_ROUND runs that alone.
void name_round(int number) {
  std::string words = "mutation 000000000\n";
  std::sig_atomic_t round = g_round;
  for (std::size_t i = words.size() - 2; round > 0; --i, round = round / 10) {
    words[i] = static_cast<char>('0' + round % 10);
  }
  static_cast<void>(!::write(STDERR_FILENO, words.data(), words.size()));
  std::signal(number, SIG_DFL);
  std::raise(number);
}

Input mutated(const std::vector<Input>& inputs, unsigned round) {
  std::mt19937 random(round);
  const auto any = [&](std::size_t end) { return end == 0 ? 0 : std::size_t{random()} % end; };
  Input out = inputs[any(inputs.size())];
  const std::size_t changes = std::size_t{1} << any(4);
  for (std::size_t i = 0; i < changes && !out.empty(); ++i) {
    const std::size_t at = any(out.size());
    const auto place = out.begin() + static_cast<std::ptrdiff_t>(at);
    const Input& other = inputs[any(inputs.size())];
    switch (any(5)) {
      case 0:
        out[at] = static_cast<std::uint8_t>(out[at] ^ (1U << any(8)));
        break;
      case 1:
        out[at] = static_cast<std::uint8_t>(any(3) == 0 ? 0xff : any(256));
        break;
      case 2:
        out.erase(place,
                  place + static_cast<std::ptrdiff_t>(std::min(1 + any(16), out.size() - at)));
        break;
      case 3: {
        const std::size_t from = any(other.size());
        const Input piece(other.begin() + static_cast<std::ptrdiff_t>(from),
                          other.begin() + static_cast<std::ptrdiff_t>(
                                              std::min(from + 1 + any(32), other.size())));
        out.insert(place, piece.begin(), piece.end());
        break;
      }
      default:
        out.resize(any(4) == 0 ? at : out.size());
    }
  }
  return out;
}

void run_mutations(const std::vector<Input>& inputs) {
  const char* wanted = std::getenv("SHIQU_FUZZ_SECONDS");
  const char* only = std::getenv("SHIQU_FUZZ_ROUND");
  const double seconds = wanted != nullptr ? std::atof(wanted) : 2;
  std::signal(SIGABRT, name_round);
  std::signal(SIGSEGV, name_round);
  std::signal(SIGFPE, name_round);
  const std::clock_t end =
      std::clock() + static_cast<std::clock_t>(seconds * static_cast<double>(CLOCKS_PER_SEC));
  unsigned round = only != nullptr ? static_cast<unsigned>(std::atoi(only)) : 1;
  do {
    g_round = static_cast<std::sig_atomic_t>(round);
    const Input input = mutated(inputs, round++);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  } while (only == nullptr && std::clock() < end);
  std::cout << round - 1 << " mutations\n";
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<fs::path> files;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : fs::directory_iterator(argv[i])) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  LLVMFuzzerTestOneInput(nullptr, 0);
  std::vector<Input> inputs;
  for (const fs::path& file : files) {
    std::cout << file.filename().string() << std::endl;  // the last line names a crash
    std::ifstream stream(file, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
    inputs.emplace_back(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(inputs.back().data(), inputs.back().size());
  }
  std::cout << inputs.size() << " inputs replayed\n";
  if (inputs.empty()) {
    return 1;  // an empty corpus tests nothing
  }
  run_mutations(inputs);
  return 0;
}

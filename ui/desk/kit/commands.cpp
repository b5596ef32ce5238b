#include "ui/desk/kit/commands.h"

#include <algorithm>
#include <cctype>

namespace shiqu::desk {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return out;
}

}  // namespace

bool field_uses(const Chord& chord) {
  if (chord.key >= Key::F1 && chord.key <= Key::F12) {
    return false;
  }
  if (chord.mods.alt || chord.key == Key::PageUp || chord.key == Key::PageDown) {
    return false;
  }
  if (chord.key == Key::Enter) {
    return chord.mods == Mods{};
  }
  if (!chord.mods.ctrl) {
    return true;
  }
  static constexpr std::string_view kEditing = "ACVXYZ";
  const bool arrows = chord.key >= Key::Right && chord.key <= Key::Up;
  const bool ends = chord.key == Key::Home || chord.key == Key::End;
  const bool letter = chord.key >= Key::A && chord.key <= Key::Z &&
                      kEditing.find(static_cast<char>(chord.key)) != std::string_view::npos;
  const bool redo = chord.key == Key::Z;
  return arrows || ends || (letter && (!chord.mods.shift || redo));
}

const Command* Commands::holder_of(const Chord& key, std::string_view context) const {
  if (key.empty()) {
    return nullptr;
  }
  const auto found = std::find_if(commands_.begin(), commands_.end(), [&](const Command& c) {
    return c.key == key && (c.context.empty() || context.empty() || c.context == context);
  });
  return found == commands_.end() ? nullptr : &*found;
}

Status Commands::add(Command command) {
  if (command.id.empty() || !command.label || !command.run) {
    return fail(ErrorCode::InvalidInput, "add command", command.id);
  }
  if (find(command.id) != nullptr) {
    return fail(ErrorCode::Exists, "add command", command.id);
  }
  if (const Command* holder = holder_of(command.key, command.context)) {
    return fail(ErrorCode::Exists, "give a key to command " + command.id, name_of(command.key),
                holder->id);
  }
  commands_.push_back(std::move(command));
  return {};
}

Status Commands::run(std::string_view id) {
  const Command* found = find(id);
  if (found == nullptr) {
    return fail(ErrorCode::NotFound, "run command", std::string(id));
  }
  if (!found->is_enabled()) {
    return fail(ErrorCode::Conflict, "run command", std::string(id));
  }
  const Command command = *found;  // it may change the table
  if (on_run_) {
    on_run_(command);
  }
  command.run();
  return {};
}

int Commands::dispatch(Ui& ui) {
  int ran = 0;
  auto& events = ui.input().events();
  for (std::size_t i = 0; i < events.size(); ++i) {
    const InputEvent& event = events[i];
    const Chord chord{event.key, event.mods};
    if (event.kind != InputKind::Key || event.action == KeyAction::Release || event.consumed ||
        (ui.focus().typing() && field_uses(chord))) {
      continue;
    }
    const auto found = std::find_if(commands_.begin(), commands_.end(), [&](const Command& c) {
      return c.key == chord && offered(c) && c.is_enabled();
    });
    if (found != commands_.end()) {
      ui.input().consume(i);
      ran += run(std::string(found->id)) ? 1 : 0;
    }
  }
  return ran;
}

Status Commands::set_key(std::string_view id, const Chord& key) {
  Command* command = find_mutable(id);
  if (command == nullptr) {
    return fail(ErrorCode::NotFound, "set key", std::string(id));
  }
  const Command* holder = holder_of(key, command->context);
  if (holder != nullptr && holder != command) {
    return fail(ErrorCode::Exists, "give a key to command " + command->id, name_of(key),
                holder->id);
  }
  command->key = key;
  return {};
}

Command* Commands::find_mutable(std::string_view id) {
  const auto found = std::find_if(commands_.begin(), commands_.end(),
                                  [id](const Command& c) { return c.id == id; });
  return found == commands_.end() ? nullptr : &*found;
}

const Command* Commands::find(std::string_view id) const {
  const auto found = std::find_if(commands_.begin(), commands_.end(),
                                  [id](const Command& c) { return c.id == id; });
  return found == commands_.end() ? nullptr : &*found;
}

std::vector<const Command*> Commands::matching(std::string_view query) const {
  const std::string wanted = lower(query);
  std::vector<const Command*> out;
  for (const Command& command : commands_) {
    if (!offered(command)) {
      continue;
    }
    const std::string words = lower(command.label() + "\n" + command.id + "\n" + command.search);
    if (words.find(wanted) != std::string::npos) {
      out.push_back(&command);
    }
  }
  return out;
}

}  // namespace shiqu::desk

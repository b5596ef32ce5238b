#pragma once

#include <libintl.h>

#include <string>

/// Marks and translates a text that people see. gettext is used in ui/ alone.
#define _(text) gettext(text)
/// Marks a text that is translated later.
#define N_(text) text

namespace shiqu::app {

/// Chooses language and character set from LC_ALL, LC_MESSAGES, LANG (Chinese when it begins with
/// "zh", also where the system has no Chinese locale installed) and finds the translations in
/// locale/ or share/locale/ beside the folder of the programs, or in /usr/share/locale. Call it
/// once, first in main().
void start_translation();

/// printf-free formatting of a translated text is done with fmt::runtime(_("…")).
std::string translated(const char* text);

}  // namespace shiqu::app

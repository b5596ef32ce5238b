// Linked into every program of a build with the address sanitizer, and into no other.
//
// Drivers that a library loads and unloads (SANE's back ends, Mesa's graphics driver) leave memory
// that their own tables still point to: once they are unloaded, the leak check can neither see the
// tables nor name the driver. They stay loaded here, so that what remains is named and told from
// ours.

extern "C" int dlclose(void* /*module*/) {
  return 0;
}

extern "C" const char* __lsan_default_suppressions() {
  return "leak:libsane-\n"
         "leak:_dri.so\n"
         "leak:libgallium\n"
         "leak:libLLVM\n";
}

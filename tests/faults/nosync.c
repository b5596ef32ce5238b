/* A disk that is never told to write: preloaded, it makes every fsync a success without effect. With it the power-cut
   tests must fail, or they test nothing. It is no part of any program that is installed. */
int fsync(int fd);
int fdatasync(int fd);

int fsync(int fd) {
  (void)fd;
  return 0;
}

int fdatasync(int fd) {
  (void)fd;
  return 0;
}

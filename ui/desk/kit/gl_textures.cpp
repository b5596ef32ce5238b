#include "ui/desk/kit/gl_textures.h"

#include "storage/imaging/operations.h"

#include <GL/gl.h>
#include <GL/glext.h>

#include <algorithm>
#include <vector>

namespace shiqu::desk {
namespace {

GLuint gl_name(TextureId id) {
  return static_cast<GLuint>(id);
}

GLuint make_texture() {
  GLuint name = 0;
  glGenTextures(1, &name);
  glBindTexture(GL_TEXTURE_2D, name);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
  return name;
}

}  // namespace

GlTextures::~GlTextures() {
  for (const TextureId id : textures_) {
    const GLuint name = gl_name(id);
    glDeleteTextures(1, &name);
  }
}

TextureId GlTextures::create(const imaging::Image& image) {
  if (image.empty() || imaging::bits_of(image.format()) != 8) {
    return 0;
  }
  const imaging::Image converted =
      image.channels() == 3 ? imaging::Image() : imaging::to_rgb8(image);
  const imaging::Image& rgb = image.channels() == 3 ? image : converted;
  const GLuint name = make_texture();
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGB8, rgb.width(), rgb.height(), 0, GL_RGB, GL_UNSIGNED_BYTE,
               rgb.bytes().data());
  textures_.insert(name);
  return name;
}

TextureId GlTextures::create_alpha(SizePx size) {
  const std::vector<std::uint8_t> blank(static_cast<std::size_t>(size.width) *
                                        static_cast<std::size_t>(size.height));
  const GLuint name = make_texture();
  // One byte per pixel; the swizzle makes it white with that alpha.
  const GLint swizzle[] = {GL_ONE, GL_ONE, GL_ONE, GL_RED};
  glTexParameteriv(GL_TEXTURE_2D, GL_TEXTURE_SWIZZLE_RGBA, swizzle);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_R8, size.width, size.height, 0, GL_RED, GL_UNSIGNED_BYTE,
               blank.data());
  textures_.insert(name);
  return name;
}

void GlTextures::update_alpha(TextureId id, RectPx area, std::span<const std::uint8_t> alpha) {
  glBindTexture(GL_TEXTURE_2D, gl_name(id));
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glTexSubImage2D(GL_TEXTURE_2D, 0, area.x, area.y, area.width, area.height, GL_RED,
                  GL_UNSIGNED_BYTE, alpha.data());
}

void GlTextures::set_nearest(TextureId id, bool nearest) {
  const GLint filter = nearest ? GL_NEAREST : GL_LINEAR;
  glBindTexture(GL_TEXTURE_2D, gl_name(id));
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, filter);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, filter);
}

void GlTextures::destroy(TextureId id) {
  if (textures_.erase(id) > 0) {
    const GLuint name = gl_name(id);
    glDeleteTextures(1, &name);
  }
}

imaging::Image read_back_buffer(SizePx size) {
  imaging::Image image(imaging::PixelFormat::Rgb8, size);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadBuffer(GL_BACK);
  glReadPixels(0, 0, size.width, size.height, GL_RGB, GL_UNSIGNED_BYTE, image.bytes().data());
  for (int y = 0; y < size.height / 2; ++y) {  // OpenGL counts rows from the bottom
    const auto top = image.row(y);
    std::swap_ranges(top.begin(), top.end(), image.row(size.height - 1 - y).begin());
  }
  return image;
}

}  // namespace shiqu::desk

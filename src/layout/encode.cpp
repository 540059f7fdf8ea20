// SPDX-License-Identifier: BSD-2-Clause
#include "layout/encode.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/number.h"
#include "base/text.h"

namespace bpfmaps::layout {

Error FieldRef::wrong(std::string_view what, std::string hint) const {
  std::string context = "`" + path + "`";
  if (!node->type.empty()) {
    context.append(" (").append(node->type);
    if (node->bits != 0) context.append(" : ").append(std::to_string(node->bits));
    context += ")";
  }
  return Error::usage(context.append(" ").append(what), std::move(hint));
}

bool read_hex_bytes(std::string_view text, unsigned char* to, std::size_t size) {
  if (text.size() + 1 != size * 3 && !(text.empty() && size == 0)) return false;
  for (std::size_t i = 0; i < size; ++i) {
    const char* const digits = text.data() + i * 3;
    const auto [end, error] = std::from_chars(digits, digits + 2, to[i], 16);
    if (error != std::errc() || end != digits + 2) return false;
    if (i + 1 < size && digits[2] != ' ') return false;
  }
  return true;
}

namespace {

// A number by its looks, however large it is.
bool looks_like_a_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  return !text.empty() &&
         text.find_first_not_of(hex ? "0123456789abcdefABCDEF" : "0123456789") == text.npos;
}

template <class Number>
std::optional<Number> read_float(std::string_view text) {
  Number value = 0;
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

bool read_mac(std::string_view text, unsigned char* to) {
  if (text.size() != 17) return false;
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), text[2] == '-' ? '-' : ':', ' ');
  return read_hex_bytes(spaced, to, 6);
}

bool read_address(int family, std::string_view text, unsigned char* to) {
  return inet_pton(family, std::string(text).c_str(), to) == 1;
}

// An LPM key: the prefix length in host order, then the address. One without a length is a host.
bool read_cidr(int family, std::string_view text, unsigned char* to) {
  std::uint32_t bits = family == AF_INET ? 32 : 128;
  const std::size_t slash = text.find('/');
  if (slash != text.npos) {
    const auto given = parse_u64(text.substr(slash + 1));
    if (!given || *given > bits) return false;
    bits = static_cast<std::uint32_t>(*given);
  }
  std::memcpy(to, &bits, sizeof bits);
  return read_address(family, text.substr(0, slash), to + sizeof bits);
}

bool read_meaning(Meaning meaning, std::string_view text, unsigned char* to) {
  switch (meaning) {
    case Meaning::plain: return false;
    case Meaning::ipv4: return read_address(AF_INET, text, to);
    case Meaning::ipv6: return read_address(AF_INET6, text, to);
    case Meaning::mac: return read_mac(text, to);
    case Meaning::cidr4: return read_cidr(AF_INET, text, to);
    case Meaning::cidr6: return read_cidr(AF_INET6, text, to);
  }
  return false;
}

std::string_view describe(Meaning meaning) {
  switch (meaning) {
    case Meaning::plain: break;
    case Meaning::ipv4: return "an IPv4 address";
    case Meaning::ipv6: return "an IPv6 address";
    case Meaning::mac: return "a MAC address like 02:00:00:00:00:01";
    case Meaning::cidr4: return "an IPv4 prefix like 10.0.0.0/8";
    case Meaning::cidr6: return "an IPv6 prefix like 2001:db8::/32";
  }
  return {};
}

// One field and the text for it.
class Encoder {
 public:
  Encoder(const Layout& layout, const FieldRef& field, std::string_view text, Canvas& canvas)
      : layout_(layout), field_(field), node_(*field.node), text_(text), canvas_(canvas) {}

  Status run(Origin origin) const {
    if (origin == Origin::text && node_.meaning != Meaning::plain) {
      unsigned char bytes[20];
      if (read_meaning(node_.meaning, text_, bytes)) return put_bytes(bytes, node_.size);
      if (!takes_plain()) return wrong_text(describe(node_.meaning));
    }
    switch (node_.shape) {
      case Shape::unsigned_int:
      case Shape::signed_int: return integer();
      case Shape::boolean: return boolean();
      case Shape::enumeration: return enumeration();
      case Shape::floating:
        return node_.size == 4 ? floating(read_float<float>(text_))
                               : floating(read_float<double>(text_));
      case Shape::pointer: return pointer();
      case Shape::wide_int: return wide();
      case Shape::text: return origin == Origin::text ? text() : wrong_text("a text in quotes");
      case Shape::bytes: return bytes();
      case Shape::array: return wrong_text("an array like [1,2,3], or [0]=1 words");
      case Shape::record: return wrong_text("FIELD=VALUE words, or an object in JSON");
    }
    return {};
  }

 private:
  // Whether its plain form is a text too, so that one which is no address may still be that.
  bool takes_plain() const {
    if (node_.shape == Shape::bytes) return text_.find_first_of(".:/") == text_.npos;
    return node_.shape == Shape::unsigned_int && looks_like_a_number(text_);
  }

  tl::unexpected<Error> wrong_text(std::string_view wanted, std::string hint = {}) const {
    return fail(field_.wrong("takes " + std::string(wanted) + ", not `" + std::string(text_) + "`",
                             std::move(hint)));
  }

  Status settled(bool put) const {
    if (put) return {};
    return fail(field_.wrong("contradicts what another field says of the same bytes",
                             "members of a union share their bytes: give one of them"));
  }

  Status put_bytes(const void* from, std::size_t size) const {
    return settled(canvas_.put_bytes(field_.offset, from, size));
  }

  unsigned width() const { return node_.bits != 0 ? node_.bits : node_.size * 8u; }

  Status put_bits(std::uint64_t value) const {
    return settled(canvas_.put_bits(field_.offset, node_.bit_offset, width(), value));
  }

  // True and NaN stand for more than one pattern of bits: another member of a union may know.
  Status put_vaguely(std::uint64_t value) const {
    canvas_.put_rest(field_.offset, node_.bit_offset, width(), value);
    return {};
  }

  std::int64_t least() const { return node_.is_signed ? INT64_MIN >> (64 - width()) : 0; }
  std::uint64_t most() const {
    return (node_.is_signed ? INT64_MAX : UINT64_MAX) >> (64 - width());
  }
  std::string range() const { return number_text(least()) + " to " + number_text(most()); }

  bool fits(std::uint64_t value) const {
    if (!node_.is_signed) return value <= most();
    const auto number = static_cast<std::int64_t>(value);
    return number >= least() && number <= static_cast<std::int64_t>(most());
  }

  // The field's number as the low bits of 64; nothing where it is none or does not fit.
  std::optional<std::uint64_t> number() const {
    std::optional<std::uint64_t> value;
    if (!node_.is_signed) {
      value = parse_u64(text_.substr(text_.starts_with('+') ? 1 : 0));
    } else if (const auto number = parse_i64(text_)) {
      value = static_cast<std::uint64_t>(*number);
    }
    return value && fits(*value) ? value : std::nullopt;
  }

  Status integer() const {
    if (const auto value = number()) return put_bits(in_order_of(node_, *value));
    // Four numbers with points can be nothing but an address, whatever the field is called.
    unsigned char address[4];
    if (node_.big_endian && node_.size == 4 && read_address(AF_INET, text_, address))
      return put_bytes(address, sizeof address);
    if (looks_like_a_number(text_)) return wrong_text(range());
    return wrong_text("a number, " + range());
  }

  Status boolean() const {
    if (text_ == "true" || text_ == "1") return put_vaguely(1);
    if (text_ == "false" || text_ == "0") return put_bits(0);
    return wrong_text("true or false");
  }

  Status enumeration() const {
    const Names& names = layout_.names_of(node_);
    std::int64_t value = 0;
    if (names.value_of(text_, value)) {
      const auto bits = static_cast<std::uint64_t>(value);
      return fits(bits) ? put_bits(bits) : wrong_text(range());
    }
    if (const auto number_of_none = number()) return put_bits(*number_of_none);
    if (looks_like_a_number(text_)) return wrong_text("a name, or " + range());
    std::vector<std::string_view> known;
    for (const Names::Entry& entry : names.entries()) known.push_back(entry.name);
    return wrong_text("a name of enum " + names.type_name(), suggestion(text_, known, "names"));
  }

  template <class Number>
  Status floating(std::optional<Number> value) const {
    if (!value) return wrong_text("a number that " + node_.type + " can hold");
    if (*value == *value) return put_bytes(&*value, sizeof *value);
    std::uint64_t bits = 0;
    std::memcpy(&bits, &*value, sizeof *value);
    return put_vaguely(bits);
  }

  Status pointer() const {
    const auto value = parse_u64(text_);
    return value ? put_bits(*value) : wrong_text("an address like 0xffff888100000000");
  }

  Status wide() const {
    std::uint64_t halves[2] = {};
    std::string_view digits = text_;
    if (digits.starts_with("0x") && digits.size() > 18 && digits.size() <= 34) {
      const auto high = parse_u64(digits.substr(0, digits.size() - 16));
      const auto low = parse_u64("0x" + std::string(digits.substr(digits.size() - 16)));
      if (!high || !low) return wrong_text("up to 32 hex digits behind 0x");
      halves[0] = *low, halves[1] = *high;
    } else if (const auto small = parse_u64(digits)) {
      halves[0] = *small;
    } else if (const auto negative = parse_i64(digits); negative && node_.is_signed) {
      halves[0] = static_cast<std::uint64_t>(*negative);
      halves[1] = *negative < 0 ? UINT64_MAX : 0;
    } else {
      return wrong_text("a number: up to 32 hex digits behind 0x, or a decimal one of 64 bits");
    }
    return put_bytes(halves, sizeof halves);
  }

  // What stands behind the first NUL is not the text's: a union may say what it is.
  Status text() const {
    if (text_.find("\xef\xbf\xbd") != text_.npos)
      return fail(field_.wrong("takes no U+FFFD, which stands for bytes that are no UTF-8",
                               "--raw shows all bytes, and `hex` takes them"));
    if (text_.size() > node_.size)
      return fail(field_.wrong("holds " + std::to_string(node_.size) + " bytes of text, not " +
                               std::to_string(text_.size())));
    std::string padded(text_);
    if (padded.size() < node_.size) padded += '\0';
    TRY(put_bytes(padded.data(), padded.size()));
    for (std::size_t i = padded.size(); i < node_.size; ++i)
      canvas_.put_rest(field_.offset + i, 0, 8, 0);
    return {};
  }

  Status bytes() const {
    std::vector<unsigned char> read(node_.size);
    if (!read_hex_bytes(text_, read.data(), read.size()))
      return wrong_text(std::to_string(node_.size) + " bytes in hex, like \"01 0a ff\"",
                        "`hex 01 0a ff` and `1 10 255` are understood too");
    return put_bytes(read.data(), read.size());
  }

  const Layout& layout_;
  const FieldRef& field_;
  const Node& node_;
  const std::string_view text_;
  Canvas& canvas_;
};

}  // namespace

Status encode(const Layout& layout, const FieldRef& field, std::string_view text, Origin origin,
              Canvas& canvas) {
  return Encoder(layout, field, text, canvas).run(origin);
}

}  // namespace bpfmaps::layout

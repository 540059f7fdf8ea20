// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "support/must.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

// Locked shared by every process that makes sandboxes: a directory that all of them see before
// their namespaces part.
Fd& machine() {
  static Fd directory(open(kBpffs, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory;
}

std::string unavailable = "enter_own_namespaces() was not called";

// Mount points of every bpffs that this namespace sees, the topmost of a stack last.
std::vector<std::string> bpffs_mounts() {
  std::vector<std::string> points;
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string device, point, type;
    if (words >> device >> point >> type && type == "bpf") points.push_back(point);
  }
  return points;
}

void unmount_every_bpffs() {
  const auto points = bpffs_mounts();
  for (auto point = points.rbegin(); point != points.rend(); ++point)
    must(umount2(point->c_str(), MNT_DETACH) == 0, "umount " + *point);
}

void mount_bpffs(const std::string& directory) {
  must(mount("bpf", directory.c_str(), "bpf", 0, nullptr) == 0, "mount bpffs on " + directory);
}

void must_run(const std::vector<std::string>& words) {
  const Ran ran = run(words);
  if (ran.exit_code == 0) return;
  std::string text;
  for (const std::string& word : words) text += word + " ";
  throw std::runtime_error(text + "failed: " + ran.err);
}

std::uint16_t ip_checksum(const iphdr& header) {
  std::uint16_t words[sizeof header / 2];
  std::memcpy(words, &header, sizeof header);
  std::uint32_t sum = 0;
  for (const std::uint16_t word : words) sum += word;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

std::vector<std::uint8_t> frame_of(const Packet& packet) {
  ether_header ethernet{};
  std::memset(ethernet.ether_dhost, 0xff, ETH_ALEN);
  ethernet.ether_shost[0] = 2;  // locally administered
  ethernet.ether_type = htons(packet.ethertype);

  const auto ip_size = static_cast<std::uint16_t>(packet.size - sizeof ethernet);
  iphdr ip{};
  ip.version = 4;
  ip.ihl = 5;
  ip.ttl = 64;
  ip.protocol = IPPROTO_UDP;
  ip.tot_len = htons(ip_size);
  ip.saddr = inet_addr(packet.source);
  ip.daddr = inet_addr("198.51.100.2");
  ip.check = ip_checksum(ip);

  udphdr udp{};
  udp.uh_dport = htons(9);  // discard
  udp.uh_ulen = htons(static_cast<std::uint16_t>(ip_size - sizeof ip));

  std::vector<std::uint8_t> frame(packet.size);
  std::memcpy(frame.data(), &ethernet, sizeof ethernet);
  std::memcpy(frame.data() + sizeof ethernet, &ip, sizeof ip);
  std::memcpy(frame.data() + sizeof ethernet + sizeof ip, &udp, sizeof udp);
  return frame;
}

}  // namespace

bool no_other_sandbox() { return flock(machine().get(), LOCK_EX | LOCK_NB) == 0; }

const std::string& why_unavailable() { return unavailable; }

std::string enter_own_namespaces() {
  struct stat directory {};
  flock(machine().get(), LOCK_SH);
  if (geteuid() != 0)
    unavailable = "tests on the real kernel need root";
  else if (stat(kBpffs, &directory) != 0)
    unavailable = std::string(kBpffs) + " is not there: is /sys mounted, and BPF in the kernel?";
  else if (unshare(CLONE_NEWNS) != 0 || mount("", "/", "", MS_REC | MS_PRIVATE, nullptr) != 0)
    unavailable = std::string("no mount namespace of our own: ") + std::strerror(errno);
  else
    unavailable.clear();
  return unavailable;
}

Sandbox::Sandbox() {
  unmount_every_bpffs();
  mount_bpffs(kBpffs);
}

Sandbox::~Sandbox() {
  try {
    unmount_every_bpffs();
  } catch (const std::exception& problem) {
    ADD_FAILURE() << problem.what();
  }
  if (outer_network_ && setns(outer_network_->get(), CLONE_NEWNET) != 0)
    ADD_FAILURE() << "cannot leave the network namespace: " << std::strerror(errno);
  for (int i = 0; i < mounts_; ++i) rmdir((scratch_ + "/" + std::to_string(i)).c_str());
  if (!scratch_.empty()) rmdir(scratch_.c_str());
}

std::string Sandbox::mount_another_bpffs() {
  if (scratch_.empty()) {
    char pattern[] = "/tmp/bpfmaps-test-XXXXXX";
    must(mkdtemp(pattern) != nullptr, "mkdtemp");
    scratch_ = pattern;
    chmod(pattern, 0755);
  }
  const std::string directory = scratch_ + "/" + std::to_string(mounts_++);
  must(mkdir(directory.c_str(), 0755) == 0, "mkdir " + directory);
  mount_bpffs(directory);
  return directory;
}

void Sandbox::enter_network_namespace() {
  if (outer_network_) return;
  outer_network_.emplace(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
  must(unshare(CLONE_NEWNET) == 0, "unshare the network");
  // A new interface would greet its neighbours by IPv6, and counts would not be exact.
  for (const char* who : {"all", "default"})
    std::ofstream(std::string("/proc/sys/net/ipv6/conf/") + who + "/disable_ipv6") << 1;
  must_run({"ip", "link", "set", "lo", "up"});
}

void Sandbox::add_veth_pair(const std::string& left, const std::string& right) {
  enter_network_namespace();
  must_run({"ip", "link", "add", left, "type", "veth", "peer", "name", right});
  must_run({"ip", "link", "set", left, "up"});
  must_run({"ip", "link", "set", right, "up"});
}

void Sandbox::send(const std::string& interface, unsigned count, const Packet& packet) {
  const Fd socket_(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  must(static_cast<bool>(socket_), "open a packet socket");
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
  must(to.sll_ifindex != 0, "find the interface " + interface);
  // A packet counts as the socket's memory until its receiver has freed it. A small allowance
  // keeps the receiver's queue from overflowing, and an empty account means all have arrived.
  const int allowance = 0;  // the kernel makes it its minimum
  setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &allowance, sizeof allowance);
  const auto frame = frame_of(packet);
  for (unsigned sent = 0; sent < count; ++sent) {
    const ssize_t size = sendto(socket_.get(), frame.data(), frame.size(), 0,
                                reinterpret_cast<const sockaddr*>(&to), sizeof to);
    must(size == static_cast<ssize_t>(frame.size()), "send a packet out of " + interface);
  }
  for (int on_the_way = 1; on_the_way > 0;) {
    must(ioctl(socket_.get(), SIOCOUTQ, &on_the_way) == 0, "ask what is on the way");
    if (on_the_way > 0) usleep(100);
  }
}

void KernelTest::SetUp() {
  if (!why_unavailable().empty()) GTEST_SKIP() << why_unavailable();
  sandbox.emplace();
}

}  // namespace bpfmaps::test

package dev.culvert.fuzz;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A text as a packet script. */
class ScriptFuzzTest {
    @MethodSource("dev.culvert.fuzz.Seeds#scripts")
    @DictionaryEntries({
        "--",
        "+0",
        "~",
        "*",
        "...",
        "<",
        ">",
        "%{",
        "}%",
        "`",
        "//",
        "/*",
        "*/",
        "'\"'",
        "=",
        "[",
        "]",
        "{",
        "}",
        "|",
        "0x",
        "S",
        "F.",
        "R.",
        "P.",
        ".",
        "SEW",
        "seq",
        "ack",
        "win",
        "urg",
        "<...>",
        "<mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>",
        "sack 1:2",
        "FO",
        "eol",
        "nop",
        "icmp unreachable frag_needed mtu 1000",
        "icmpv6",
        "ip_version",
        "[noecn]",
        "tos 0x2",
        "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3",
        "bind(3, ..., ...) = 0",
        "listen(3, 1) = 0",
        "accept(3, ..., ...) = 4",
        "connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)",
        "read(4, ..., 1000) = 1000",
        "write(4, ..., 1) = 1",
        "sendmsg",
        "recvmsg",
        "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0",
        "getsockopt",
        "fcntl",
        "poll",
        "epoll_wait",
        "ioctl",
        "shutdown(4, SHUT_WR) = 0",
        "close(4) = 0",
        "assert tcpi_state == 1",
        "assert",
        "if",
        "else:",
        "print",
        "(",
        ")",
        "-1",
        "EAGAIN",
        "1e9",
        "9999999999",
        "/proc/sys/net/ipv4/tcp_sack",
        "sysctl -q net.ipv4.tcp_sack=0"
    })
    @FuzzTest(maxExecutions = 300)
    void scripts(final byte[] data) {
        ScriptTarget.fuzzerTestOneInput(data);
    }
}

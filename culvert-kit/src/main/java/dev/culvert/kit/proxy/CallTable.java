package dev.culvert.kit.proxy;

import dev.culvert.kit.posix.LinuxConstants;
import dev.culvert.kit.posix.Sockets;
import dev.culvert.kit.posix.SystemCall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Turns requests into socket calls, and what they return into bodies of answers. Single-threaded. */
final class CallTable {
    private static final int MOST_POLLED = 65_536;
    private static final int EPOLL_EVENT_BYTES = 12;

    private final Sockets sockets;

    CallTable(final Sockets sockets) {
        this.sockets = sockets;
    }

    /** A call under way, and how to say what it has brought. */
    interface Started {
        SystemCall call();

        default byte[] body() {
            return Answer.NOTHING;
        }
    }

    private record Plain(SystemCall call) implements Started {}

    private record WithData(SystemCall call) implements Started {
        @Override
        public byte[] body() {
            return call.data();
        }
    }

    private record Accepted(SystemCall call) implements Started {
        @Override
        public byte[] body() {
            return call.result() < 0 ? Answer.NOTHING : sockaddr(call.address());
        }
    }

    private record Message(SystemCall call) implements Started {
        @Override
        public byte[] body() {
            if (call.result() < 0) {
                return Answer.NOTHING;
            }
            final ByteBuffer out = ByteBuffer.allocate(8 + call.control().length + call.data().length);
            out.putInt(call.messageFlags()).putInt(call.control().length);
            return out.put(call.control()).put(call.data()).array();
        }
    }

    private record Polled(SystemCall call, List<Sockets.PollEntry> entries) implements Started {
        @Override
        public byte[] body() {
            final ByteBuffer out = ByteBuffer.allocate(2 * entries.size());
            for (final Sockets.PollEntry entry : entries) {
                out.putShort((short) entry.revents());
            }
            return out.array();
        }
    }

    /** The user data of each event is the handle. */
    private record Events(SystemCall call) implements Started {
        @Override
        public byte[] body() {
            final ByteBuffer in = ByteBuffer.wrap(call.data()).order(ByteOrder.LITTLE_ENDIAN);
            final ByteBuffer out = ByteBuffer.allocate(call.data().length / EPOLL_EVENT_BYTES * 8);
            while (in.hasRemaining()) {
                final int events = in.getInt();
                out.putInt((int) in.getLong()).putInt(events);
            }
            return out.array();
        }
    }

    private static byte[] sockaddr(final SystemCall.Address address) {
        final boolean v4 = address.family() == LinuxConstants.AF_INET;
        final ByteBuffer out = ByteBuffer.allocate(v4 ? 9 : 21);
        out.putShort((short) address.family()).putShort((short) address.port()).put((byte) (v4 ? 4 : 16));
        if (v4) {
            out.putInt((int) address.low());
        } else {
            out.putLong(address.high()).putLong(address.low());
        }
        return out.array();
    }

    /** Makes the call; it may still be open when this returns. */
    Started start(final Operation operation, final Arguments in) throws ProtocolException {
        final Started started = switch (operation) {
            case SOCKET -> new Plain(sockets.socket(in.number(), in.number(), in.number()));
            case BIND -> new Plain(sockets.bind(in.number(), in.address()));
            case LISTEN -> new Plain(sockets.listen(in.number(), in.number()));
            case ACCEPT -> new Accepted(sockets.accept(in.number(), 0));
            case CONNECT -> new Plain(sockets.connect(in.number(), in.address()));
            case RECV -> new WithData(sockets.recv(in.number(), in.number(), in.number()));
            case RECVMSG -> new Message(sockets.recvmsg(in.number(), in.number(), in.number(), in.number()));
            case SEND -> send(in);
            case SENDMSG -> sendmsg(in);
            case FCNTL -> new Plain(sockets.fcntl(in.number(), in.number(), in.longNumber()));
            case IOCTL -> ioctl(in);
            case CLOSE -> new Plain(sockets.close(in.number()));
            case SHUTDOWN -> new Plain(sockets.shutdown(in.number(), in.number()));
            case GETSOCKOPT -> new WithData(sockets.getsockopt(in.number(), in.number(), in.number(), in.number()));
            case SETSOCKOPT -> new Plain(sockets.setsockopt(in.number(), in.number(), in.number(), in.blob()));
            case POLL -> poll(in);
            case EPOLL_CREATE -> epollCreate(in);
            case EPOLL_CTL -> epollControl(in);
            case EPOLL_WAIT -> new Events(sockets.epollWait(in.number(), in.number(), in.number()));
            case HELLO, NETDEV_SEND, NETDEV_RECV, USLEEP, BYE -> throw new AssertionError(operation);
        };
        in.end();
        return started;
    }

    private Started send(final Arguments in) throws ProtocolException {
        final int fd = in.number();
        final int flags = in.number();
        final SystemCall.Address to = in.address();
        return new Plain(sockets.send(fd, in.blob(), flags, given(to)));
    }

    private Started sendmsg(final Arguments in) throws ProtocolException {
        final int fd = in.number();
        final int flags = in.number();
        final SystemCall.Address to = in.address();
        final byte[] control = in.blob();
        return new Plain(sockets.sendmsg(fd, in.blob(), flags, given(to), control));
    }

    private static SystemCall.Address given(final SystemCall.Address address) {
        return address.family() == LinuxConstants.AF_UNSPEC && address.port() == 0 ? null : address;
    }

    /** The answer is an {@code int} in network order; the call's is in Linux's. */
    private Started ioctl(final Arguments in) throws ProtocolException {
        final SystemCall call = sockets.ioctl(in.number(), in.longNumber(), in.number());
        return new Started() {
            @Override
            public SystemCall call() {
                return call;
            }

            @Override
            public byte[] body() {
                if (call.data().length < Integer.BYTES) {
                    return Answer.NOTHING;
                }
                final int value = ByteBuffer.wrap(call.data())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt();
                return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
            }
        };
    }

    private Started poll(final Arguments in) throws ProtocolException {
        final int timeoutMs = in.number();
        final Sockets.PollEntry[] entries = new Sockets.PollEntry[in.count(MOST_POLLED)];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new Sockets.PollEntry(in.number(), in.shortNumber() & 0xffff, 0);
        }
        return new Polled(sockets.poll(entries, timeoutMs), Arrays.asList(entries));
    }

    /** Linux wants a size above 0 and then takes no notice of it. */
    private Started epollCreate(final Arguments in) throws ProtocolException {
        in.number();
        return new Plain(sockets.epollCreate());
    }

    private Started epollControl(final Arguments in) throws ProtocolException {
        final int epoll = in.number();
        final int operation = in.number();
        final int fd = in.number();
        return new Plain(sockets.epollCtl(epoll, operation, fd, in.number(), fd));
    }
}

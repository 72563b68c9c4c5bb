package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import dev.culvert.tcp.TcpState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** read and write in all their forms: {@code tcp_recvmsg()} and {@code tcp_sendmsg()} are their models. Single-threaded. */
final class DataCalls {
    private static final int CMSG_HEADER = 16;
    private static final int CMSG_SPACE = 24;

    private final Kernel kernel;
    private final FastOpenCalls fastOpen;
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);

    DataCalls(final Kernel kernel, final FastOpenCalls fastOpen) {
        this.kernel = kernel;
        this.fastOpen = fastOpen;
    }

    // ------------------------------------------------------------------ receive

    SystemCall recv(final int fd, final int count, final int flags) {
        return recv("recv", fd, count, flags, 0);
    }

    SystemCall recvmsg(final int fd, final int count, final int flags, final int maxControl) {
        return recv("recvmsg", fd, count, flags, maxControl);
    }

    private SystemCall recv(final String name, final int fd, final int count, final int flags, final int maxControl) {
        final SystemCall call = kernel.call(name);
        final TcpSocket socket = kernel.socket(call, fd);
        if (socket == null) {
            return call;
        }
        if ((flags & MSG_ERRQUEUE) != 0) {
            return receiveNotice(call, socket, maxControl);
        }
        if ((flags & MSG_OOB) != 0) {
            return receiveUrgent(call, socket, count, flags);
        }
        final Reading reading = new Reading(name, socket, count, flags, maxControl);
        return kernel.run(
                call,
                socket.nonBlocking || (flags & MSG_DONTWAIT) != 0,
                socket.options.receiveTimeoutUs,
                open -> tryReceive(open, reading),
                open -> giveUp(open, reading));
    }

    /** {@code inet_recv_error()}: which writes with MSG_ZEROCOPY are over; never waits. */
    private SystemCall receiveNotice(final SystemCall call, final TcpSocket socket, final int maxControl) {
        final byte[] notice = socket.notices.take(kernel.acknowledged(socket), socket.isV6());
        if (notice == null) {
            return kernel.fail(call, EAGAIN);
        }
        final boolean cut = notice.length > maxControl;
        return kernel.done(
                call.with(new byte[0], cut ? new byte[0] : notice, MSG_ERRQUEUE | (cut ? MSG_CTRUNC : 0)), 0);
    }

    /** {@code tcp_recv_urg()}: the last urgent byte, where it is not part of the stream; never waits. */
    private SystemCall receiveUrgent(final SystemCall call, final TcpSocket socket, final int count, final int flags) {
        kernel.observe(socket);
        if (socket.connection == TcpSocket.NONE || kernel.state(socket) == TcpState.LISTEN) {
            return kernel.fail(call, socket.connection == TcpSocket.NONE ? ENOTCONN : EINVAL);
        }
        final boolean keep = (flags & MSG_PEEK) != 0;
        final int urgent = kernel.stack.batch(() -> kernel.shard().receiveUrgent(socket.connection, keep));
        if (urgent >= 0) {
            final byte[] text = count == 0 || (flags & MSG_TRUNC) != 0 ? new byte[0] : new byte[] {(byte) urgent};
            final int cut = count == 0 ? MSG_TRUNC : 0;
            return kernel.done(call.with(text, new byte[0], MSG_OOB | cut), Math.min(1, count));
        }
        if (urgent == -EAGAIN && socket.receiveShutdown) {
            return kernel.done(call, 0);
        }
        return kernel.fail(call, urgent == -EAGAIN ? EAGAIN : EINVAL);
    }

    /** A read under way: a blocking one may take what it wants in several steps. */
    private static final class Reading {
        private final TcpSocket socket;
        private final int flags;
        private final int wanted;
        private final int enough;
        private final int maxControl;
        private final String name;
        private byte[] bytes = {};
        private int taken;

        Reading(final String name, final TcpSocket socket, final int wanted, final int flags, final int maxControl) {
            this.name = name;
            this.maxControl = maxControl;
            this.socket = socket;
            this.wanted = wanted;
            this.flags = flags;
            enough =
                    Math.min(wanted, (flags & MSG_WAITALL) != 0 ? wanted : Math.max(1, socket.options.receiveLowWater));
        }

        boolean has(final int flag) {
            return (flags & flag) != 0;
        }
    }

    private void tryReceive(final SystemCall call, final Reading reading) {
        final TcpSocket socket = reading.socket;
        kernel.observe(socket);
        if (kernel.state(socket) == TcpState.LISTEN || socket.connection == TcpSocket.NONE && !socket.receiveShutdown) {
            final int error = socket.takeError();
            kernel.fail(call, error == 0 ? ENOTCONN : error);
            return;
        }
        take(reading);
        final boolean atMark = reading.taken > 0 && kernel.shard().atUrgentMark(socket.connection);
        if (reading.taken >= reading.enough && reading.taken > 0 || reading.wanted == 0 || atMark) {
            finish(call, reading);
        } else {
            noMore(call, reading);
        }
    }

    /** Nothing more is there now: is anything to come, and if not, what is the last word? */
    private void noMore(final SystemCall call, final Reading reading) {
        final TcpSocket socket = reading.socket;
        if (reading.taken > 0) {
            if (socket.error != 0 || socket.receiveShutdown || kernel.state(socket) == TcpState.CLOSED) {
                finish(call, reading);
            }
        } else if (socket.done) {
            finish(call, reading);
        } else if (socket.error != 0) {
            kernel.fail(call, socket.takeError());
        } else if (socket.receiveShutdown) {
            finish(call, reading);
        } else if (kernel.state(socket) == TcpState.CLOSED) {
            kernel.fail(call, ENOTCONN);
        }
    }

    private void take(final Reading reading) {
        final long id = reading.socket.connection;
        if (id == TcpSocket.NONE) {
            return;
        }
        final int there = kernel.shard().receivable(id);
        if (reading.has(MSG_PEEK)) {
            final int count = Math.min(Math.max(0, there), reading.wanted);
            reading.bytes = new byte[count];
            buffer.wrap(reading.bytes);
            reading.taken = count == 0 ? 0 : kernel.shard().peek(id, buffer, 0, count);
            return;
        }
        final int count = Math.min(there, reading.wanted - reading.taken);
        if (count > 0) {
            reading.bytes = Arrays.copyOf(reading.bytes, reading.taken + count);
            buffer.wrap(reading.bytes);
            reading.taken += kernel.stack.batch(() -> kernel.shard().receive(id, buffer, reading.taken, count));
        }
    }

    private void finish(final SystemCall call, final Reading reading) {
        // MSG_TRUNC: "the data is thrown away" (tcp(7))
        final byte[] text = reading.has(MSG_TRUNC) ? new byte[0] : reading.bytes;
        final byte[] control = control(reading);
        final boolean cut = control.length > reading.maxControl;
        kernel.done(call.with(text, cut ? new byte[0] : control, cut ? MSG_CTRUNC : 0), reading.taken);
    }

    /** The control message of {@code TCP_INQ}: bytes still queued, at least 1 at the end of the text. */
    private byte[] control(final Reading reading) {
        final TcpSocket socket = reading.socket;
        if (!socket.options.inq || "recv".equals(reading.name)) {
            return new byte[0];
        }
        final int queued = Math.max(0, kernel.shard().receivable(socket.connection));
        final ByteBuffer message = ByteBuffer.allocate(CMSG_SPACE).order(ByteOrder.LITTLE_ENDIAN);
        message.putLong(CMSG_HEADER + Integer.BYTES).putInt(SOL_TCP).putInt(TCP_CM_INQ);
        return message.putInt(queued + (socket.done ? 1 : 0)).array();
    }

    private void giveUp(final SystemCall call, final Reading reading) {
        if (reading.taken > 0) {
            finish(call, reading);
        } else {
            kernel.fail(call, EAGAIN);
        }
    }

    // ------------------------------------------------------------------ send

    SystemCall send(final int fd, final byte[] data, final int flags, final SystemCall.Address to) {
        final SystemCall call = kernel.call("send");
        final TcpSocket socket = kernel.socket(call, fd);
        if (socket == null) {
            return call;
        }
        final Writing writing = new Writing(socket, data, flags);
        if (FastOpenCalls.concerns(socket, flags)) {
            writing.notYet = socket.phase == TcpSocket.Phase.CONNECTING ? EALREADY : EINPROGRESS;
            writing.taken = fastOpen.begin(socket, to, data);
            if (writing.taken < 0) {
                return kernel.fail(call, -writing.taken);
            }
            socket.written += writing.taken;
        }
        return kernel.run(
                call,
                socket.nonBlocking || (flags & MSG_DONTWAIT) != 0,
                socket.options.sendTimeoutUs,
                open -> trySend(open, writing),
                open -> giveUp(open, writing));
    }

    /** A write under way: a blocking one goes on until everything is in the send buffer. */
    private static final class Writing {
        private final TcpSocket socket;
        private final byte[] bytes;
        private final int flags;
        private int taken;
        /** What a caller hears who does not want to wait. */
        private int notYet = EAGAIN;

        Writing(final TcpSocket socket, final byte[] bytes, final int flags) {
            this.socket = socket;
            this.bytes = bytes;
            this.flags = flags;
        }

        /** The handshake that this write needs is not over; what it has taken stands on the SYN. */
        boolean isConnecting() {
            return notYet != EAGAIN;
        }
    }

    private void trySend(final SystemCall call, final Writing writing) {
        final TcpSocket socket = writing.socket;
        kernel.observe(socket);
        final TcpState state = kernel.state(socket);
        if (socket.error != 0 || socket.sendShutdown) {
            writing.taken = writing.isConnecting() ? 0 : writing.taken;
            failed(call, writing);
            return;
        }
        final boolean opening = state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
        if (opening && socket.phase != TcpSocket.Phase.CONNECTED) {
            return; // an accepted socket in SYN-RECEIVED is one of Fast Open, which may answer
        }
        if (writing.isConnecting()) {
            socket.phase = TcpSocket.Phase.CONNECTED;
            writing.notYet = EAGAIN;
        }
        if (socket.connection == TcpSocket.NONE) {
            kernel.fail(call, EPIPE);
        } else {
            put(call, writing);
        }
    }

    private void put(final SystemCall call, final Writing writing) {
        final int left = writing.bytes.length - writing.taken;
        buffer.wrap(writing.bytes);
        final int sent = left == 0 ? 0 : kernel.stack.batch(() -> hand(writing, left));
        writing.taken += Math.max(0, sent);
        writing.socket.written += Math.max(0, sent);
        if (writing.taken == writing.bytes.length) {
            written(call, writing);
        } else if (sent < 0 && sent != -EAGAIN) {
            writing.socket.error = sent == -EPIPE ? 0 : -sent;
            failed(call, writing);
        } else {
            writing.socket.noSpace = true;
        }
    }

    private void written(final SystemCall call, final Writing writing) {
        final TcpSocket socket = writing.socket;
        if ((writing.flags & MSG_ZEROCOPY) != 0 && socket.options.zeroCopy && writing.taken > 0) {
            socket.notices.add(socket.written);
        }
        if ((writing.flags & MSG_EOR) != 0 && writing.taken == writing.bytes.length) {
            kernel.shard().endRecord(socket.connection);
        }
        kernel.done(call, writing.taken);
    }

    private int hand(final Writing writing, final int left) {
        final long id = writing.socket.connection;
        if ((writing.flags & MSG_OOB) != 0) {
            return kernel.shard().sendUrgent(id, buffer, writing.taken, left);
        }
        return (writing.flags & MSG_MORE) != 0
                ? kernel.shard().sendMore(id, buffer, writing.taken, left)
                : kernel.shard().send(id, buffer, writing.taken, left);
    }

    /** {@code sk_stream_error()}: what was written counts; then the pending error; then EPIPE. */
    private void failed(final SystemCall call, final Writing writing) {
        if (writing.taken > 0) {
            written(call, writing);
        } else {
            final int error = writing.socket.takeError();
            kernel.fail(call, error == 0 ? EPIPE : error);
        }
    }

    private void giveUp(final SystemCall call, final Writing writing) {
        if (writing.taken > 0) {
            written(call, writing);
        } else {
            kernel.fail(call, writing.notYet);
        }
    }
}

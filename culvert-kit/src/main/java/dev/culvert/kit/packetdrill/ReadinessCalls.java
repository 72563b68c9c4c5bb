package dev.culvert.kit.packetdrill;

import dev.culvert.kit.posix.LinuxConstants;
import dev.culvert.kit.posix.Sockets;
import dev.culvert.kit.posix.SystemCall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** {@code poll} and {@code epoll}. */
final class ReadinessCalls {
    private final ScriptWorld world;

    ReadinessCalls(final ScriptWorld world) {
        this.world = world;
    }

    // ------------------------------------------------------------------ poll

    CallTable.Made poll(final Arguments arguments) {
        arguments.expectCount(3);
        final List<Expression> elements = arguments.array(arguments.get(0));
        if (arguments.number(1) != elements.size()) {
            throw arguments.wrong("the count does not fit the array");
        }
        final Sockets.PollEntry[] entries = new Sockets.PollEntry[elements.size()];
        for (int i = 0; i < entries.length; i++) {
            final Expression.Struct entry = arguments.struct(elements.get(i));
            entries[i] = new Sockets.PollEntry(
                    arguments.liveFd((int) arguments.field(entry, "fd")), (int) arguments.field(entry, "events"), 0);
        }
        final SystemCall live = world.stack.poll(entries, arguments.number(2));
        return new CallTable.Made(live, false, () -> judge(arguments, elements, entries));
    }

    private static void judge(
            final Arguments arguments, final List<Expression> elements, final Sockets.PollEntry[] entries) {
        for (int i = 0; i < entries.length; i++) {
            final Expression.Struct entry = arguments.struct(elements.get(i));
            final int expected = entry.get("revents") == null ? 0 : (int) arguments.field(entry, "revents");
            if (entries[i].revents() != expected) {
                throw arguments.wrong(
                        "expected revents=" + names(expected) + ", but they are " + names(entries[i].revents()));
            }
        }
    }

    private static String names(final int bits) {
        final StringBuilder text = new StringBuilder();
        int rest = bits;
        for (final String name : List.of(
                "POLLIN",
                "POLLPRI",
                "POLLOUT",
                "POLLERR",
                "POLLHUP",
                "POLLNVAL",
                "POLLRDNORM",
                "POLLRDBAND",
                "POLLWRNORM",
                "POLLWRBAND",
                "POLLRDHUP")) {
            final int bit = LinuxConstants.all().get(name);
            if ((bits & bit) != 0) {
                text.append(text.length() == 0 ? "" : "|").append(name);
                rest &= ~bit;
            }
        }
        return text.length() == 0 || rest != 0 ? "0x" + Integer.toHexString(bits) : text.toString();
    }

    // ------------------------------------------------------------------ epoll

    CallTable.Made control(final Arguments arguments) {
        arguments.expectCount(4);
        int events = 0;
        long data = 0;
        if (arguments.get(3) instanceof Expression.Struct event) {
            events = (int) arguments.field(event, "events");
            data = data(arguments, event);
        }
        return new CallTable.Made(world.stack.epollCtl(
                arguments.fd(0), arguments.number(1), arguments.liveFd(arguments.number(2)), events, data));
    }

    /** User data as the script writes it: a script's descriptor stays one. */
    private static long data(final Arguments arguments, final Expression.Struct event) {
        for (final String name : List.of("fd", "ptr", "u32", "u64")) {
            if (event.get(name) != null) {
                return arguments.field(event, name);
            }
        }
        throw arguments.wrong("the event " + event + " has no fd, ptr, u32 or u64");
    }

    CallTable.Made waitFor(final Arguments arguments) {
        arguments.expectCount(4);
        final SystemCall live = world.stack.epollWait(arguments.fd(0), arguments.number(2), arguments.number(3));
        return new CallTable.Made(live, false, () -> judgeEvents(arguments, live));
    }

    private static void judgeEvents(final Arguments arguments, final SystemCall live) {
        if (live.result() <= 0 || arguments.isEllipsis(1)) {
            return;
        }
        final ByteBuffer events = ByteBuffer.wrap(live.data()).order(ByteOrder.LITTLE_ENDIAN);
        final List<Expression> expected =
                arguments.get(1) instanceof Expression.Array array ? array.elements() : List.of(arguments.get(1));
        for (int i = 0; i < expected.size() && i < live.result(); i++) {
            final Expression.Struct event = arguments.struct(expected.get(i));
            final int bits = events.getInt(12 * i);
            final long data = events.getLong(12 * i + 4);
            if (bits != (int) arguments.field(event, "events") || data != data(arguments, event)) {
                throw arguments.wrong("expected the event " + event + ", but it is {events=0x"
                        + Integer.toHexString(bits) + ", data " + data + "}");
            }
        }
    }
}

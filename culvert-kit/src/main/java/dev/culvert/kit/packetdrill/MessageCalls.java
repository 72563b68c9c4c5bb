package dev.culvert.kit.packetdrill;

import static dev.culvert.kit.posix.LinuxConstants.MSG_FASTOPEN;

import dev.culvert.kit.posix.SystemCall;
import java.util.Arrays;
import java.util.List;

/** Calls that move text. */
final class MessageCalls {
    private static final int MAX_CONTROL = 1_024;

    private final ScriptWorld world;

    MessageCalls(final ScriptWorld world) {
        this.world = world;
    }

    // ------------------------------------------------------------------ receiving

    CallTable.Made receive(final String name, final Arguments arguments) {
        return switch (name) {
            case "read" -> received(arguments, arguments.number(2), 0, 3);
            case "recv" -> received(arguments, arguments.number(2), arguments.number(3), 4);
            case "recvfrom" -> received(arguments, arguments.number(2), arguments.number(3), 6);
            case "readv" -> {
                arguments.expectCount(3);
                yield new CallTable.Made(
                        world.stack.recv(arguments.fd(0), arguments.vectorLength(arguments.get(1)), 0));
            }
            default -> receiveMessage(arguments);
        };
    }

    private CallTable.Made received(final Arguments arguments, final int count, final int flags, final int arity) {
        arguments.expectCount(arity);
        if (arguments.isNull(1) && count > 0) {
            return new CallTable.Made(world.stack.recvNowhere(arguments.fd(0), count, flags));
        }
        final SystemCall live = world.stack.recv(arguments.fd(0), count, flags);
        return new CallTable.Made(live, false, () -> {
            if (arguments.get(1) instanceof Expression.Text text && live.result() > 0) {
                final byte[] expected = Arrays.copyOf(Arguments.unescaped(text.value()), (int) live.result());
                if (!Arrays.equals(expected, live.data())) {
                    throw arguments.wrong("the text is not " + text);
                }
            }
        });
    }

    private CallTable.Made receiveMessage(final Arguments arguments) {
        arguments.expectCount(3);
        final Expression.Struct header = arguments.struct(arguments.get(1));
        final int length = arguments.vectorLength(header.get("msg_iov"));
        final SystemCall live = world.stack.recvmsg(arguments.fd(0), length, arguments.number(2), MAX_CONTROL);
        return new CallTable.Made(live, false, () -> {
            if (live.result() >= 0) {
                judge(arguments, header, live);
            }
        });
    }

    private void judge(final Arguments arguments, final Expression.Struct header, final SystemCall live) {
        final Expression flags = header.get("msg_flags");
        if (flags != null && live.messageFlags() != (int) arguments.value(flags)) {
            throw arguments.wrong(
                    "expected msg_flags=" + flags + ", but they are 0x" + Integer.toHexString(live.messageFlags()));
        }
        final Expression control = header.get("msg_control");
        final List<Expression> expected = control == null ? List.of() : arguments.array(control);
        ControlMessages.judge(arguments, expected, live.control());
    }

    // ------------------------------------------------------------------ sending

    CallTable.Made send(final String name, final Arguments arguments) {
        return switch (name) {
            case "write" -> sent(arguments, 3, 0, null);
            case "send" -> sent(arguments, 4, arguments.number(3), null);
            case "sendto" -> sent(arguments, 6, arguments.number(3), destination(arguments));
            case "writev" -> {
                arguments.expectCount(3);
                yield new CallTable.Made(
                        world.stack.send(arguments.fd(0), new byte[arguments.vectorLength(arguments.get(1))], 0, null));
            }
            default -> sendMessage(arguments);
        };
    }

    private CallTable.Made sent(
            final Arguments arguments, final int arity, final int flags, final SystemCall.Address to) {
        arguments.expectCount(arity);
        if (arguments.isNull(1) && arguments.number(2) > 0) {
            return new CallTable.Made(world.stack.sendNowhere(arguments.fd(0), arguments.number(2), flags, to));
        }
        final byte[] data = arguments.buffer(1, arguments.number(2));
        return new CallTable.Made(world.stack.send(arguments.fd(0), data, flags, to));
    }

    /** Where {@code sendto} goes; only Fast Open asks. */
    SystemCall.Address destination(final Arguments arguments) {
        return (arguments.number(3) & MSG_FASTOPEN) == 0
                ? null
                : arguments.address(4, world.settings.remote(), world.settings.connectPort());
    }

    private CallTable.Made sendMessage(final Arguments arguments) {
        arguments.expectCount(3);
        final Expression.Struct header = arguments.struct(arguments.get(1));
        final int flags = arguments.number(2);
        final byte[] data = new byte[arguments.vectorLength(header.get("msg_iov"))];
        final SystemCall.Address to = (flags & MSG_FASTOPEN) == 0
                ? null
                : world.address(world.settings.remote(), world.settings.connectPort());
        final Expression control = header.get("msg_control");
        return new CallTable.Made(world.stack.sendmsg(
                arguments.fd(0),
                data,
                flags,
                to,
                control == null ? new byte[0] : ControlMessages.bytes(arguments, arguments.array(control))));
    }
}

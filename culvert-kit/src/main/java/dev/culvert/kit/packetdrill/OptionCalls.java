package dev.culvert.kit.packetdrill;

import dev.culvert.kit.posix.SystemCall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** {@code getsockopt}, {@code setsockopt} and {@code ioctl}. */
final class OptionCalls {
    private final ScriptWorld world;

    OptionCalls(final ScriptWorld world) {
        this.world = world;
    }

    CallTable.Made set(final Arguments arguments) {
        arguments.expectCount(5);
        final byte[] value = arguments.optionValue(arguments.get(3));
        final int length = arguments.number(4);
        return new CallTable.Made(world.stack.setsockopt(
                arguments.fd(0), arguments.number(1), arguments.number(2), Arrays.copyOf(value, Math.max(0, length))));
    }

    CallTable.Made get(final Arguments arguments) {
        arguments.expectCount(5);
        final boolean anyLength = arguments.isEllipsis(4);
        final int length = anyLength
                ? 256
                : (int) arguments.value(arguments.array(arguments.get(4)).get(0));
        final SystemCall live =
                world.stack.getsockopt(arguments.fd(0), arguments.number(1), arguments.number(2), length);
        return new CallTable.Made(live, false, () -> {
            if (live.result() >= 0) {
                judge(arguments, live.data(), length, anyLength);
            }
        });
    }

    private static void judge(final Arguments arguments, final byte[] data, final int length, final boolean anyLength) {
        if (!anyLength && data.length != length) {
            throw arguments.wrong("expected a value of " + length + " bytes, but it has " + data.length);
        }
        if (arguments.isEllipsis(3)) {
            return;
        }
        final Expression expression = arguments.get(3);
        final byte[] expected = arguments.optionValue(expression);
        if (Arrays.equals(Arrays.copyOf(data, expected.length), expected)) {
            return;
        }
        final boolean text = expression instanceof Expression.Text;
        throw arguments.wrong("expected the value " + expression + ", but it is "
                + (text ? '"' + new String(data, StandardCharsets.ISO_8859_1).replace("\0", "") + '"' : ints(data)));
    }

    private static String ints(final byte[] data) {
        final ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        final StringBuilder text = new StringBuilder("[");
        while (buffer.remaining() >= 4) {
            text.append(text.length() == 1 ? "" : ", ").append(buffer.getInt());
        }
        while (buffer.hasRemaining()) {
            text.append(text.length() == 1 ? "" : ", ").append(buffer.get() & 0xff);
        }
        return text.append(']').toString();
    }

    CallTable.Made ioctl(final Arguments arguments) {
        arguments.expectCount(3);
        final boolean open = arguments.isEllipsis(2);
        final Expression expression = arguments.get(2);
        final int value = open
                ? 0
                : (int) arguments.value(
                        expression instanceof Expression.Array array
                                ? array.elements().get(0)
                                : expression);
        final SystemCall live = world.stack.ioctl(arguments.fd(0), arguments.number(1), value);
        return new CallTable.Made(live, false, () -> {
            if (!open && live.result() >= 0 && live.data().length == 4) {
                final int actual = ByteBuffer.wrap(live.data())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt();
                if (actual != value) {
                    throw arguments.wrong("expected the value " + value + ", but it is " + actual);
                }
            }
        });
    }
}

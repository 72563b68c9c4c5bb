package dev.culvert.kit.packetdrill;

import dev.culvert.kit.posix.LinuxConstants;
import dev.culvert.kit.posix.SystemCall;
import dev.culvert.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Arguments of one call, as values of the machine. */
final class Arguments {
    private static final Pattern ESCAPE_OR_CHARACTER =
            Pattern.compile("\\\\x([0-9a-fA-F]{1,2})|\\\\([0-7]{1,3})|\\\\.|.", Pattern.DOTALL);

    private final Event event;
    private final Event.Call call;
    private final ScriptWorld world;

    Arguments(final Event event, final Event.Call call, final ScriptWorld world) {
        this.event = event;
        this.call = call;
        this.world = world;
    }

    Mismatch wrong(final String message) {
        return new Mismatch(event.line(), call.name() + ": " + message);
    }

    int count() {
        return call.arguments().size();
    }

    void expectCount(final int count) {
        if (count() != count) {
            throw wrong("takes " + count + " arguments, not " + count());
        }
    }

    Expression get(final int index) {
        if (index >= count()) {
            throw wrong("argument " + (index + 1) + " is missing");
        }
        return call.arguments().get(index);
    }

    boolean isEllipsis(final int index) {
        return get(index) instanceof Expression.Ellipsis;
    }

    int number(final int index) {
        return (int) value(get(index));
    }

    /** The live descriptor for the script's; −1 for one that the script says is bad. */
    int fd(final int index) {
        return liveFd(number(index));
    }

    int liveFd(final int scriptFd) {
        final Integer live = world.liveFd(scriptFd);
        if (live == null) {
            throw wrong("the script has no open descriptor " + scriptFd);
        }
        return live;
    }

    long value(final Expression expression) {
        if (expression instanceof Expression.Literal number) {
            return number.value();
        }
        if (expression instanceof Expression.Word word) {
            final Long value = Symbols.value(word.name());
            if (value == null) {
                throw wrong("the symbol " + word.name() + " is not known");
            }
            return value;
        }
        if (expression instanceof Expression.Or or) {
            return value(or.left()) | value(or.right());
        }
        if (expression instanceof Expression.Apply apply && apply.function().equals("htons")) {
            return value(apply.argument());
        }
        throw wrong("'" + expression + "' is not a number");
    }

    Expression.Struct struct(final Expression expression) {
        if (expression instanceof Expression.Struct struct) {
            return struct;
        }
        if (expression instanceof Expression.Array array && array.elements().size() == 1) {
            return struct(array.elements().get(0));
        }
        throw wrong("'" + expression + "' is not a structure");
    }

    List<Expression> array(final Expression expression) {
        if (expression instanceof Expression.Array array) {
            return array.elements();
        }
        throw wrong("'" + expression + "' is not an array");
    }

    /** The value of a field that must be there. */
    long field(final Expression.Struct struct, final String name) {
        final Expression value = struct.get(name);
        if (value == null) {
            throw wrong("the field " + name + " is missing in " + struct);
        }
        return value(value);
    }

    // ------------------------------------------------------------------ bytes

    /** Whether an argument is the pointer that points nowhere. */
    boolean isNull(final int index) {
        final Expression expression = get(index);
        return expression instanceof Expression.Word word && word.name().equals("NULL")
                || expression instanceof Expression.Literal number && number.value() == 0;
    }

    /** What {@code write} sends: a text, or as many zeros as {@code length} says. */
    byte[] buffer(final int index, final int length) {
        if (!(get(index) instanceof Expression.Text text)) {
            return new byte[Math.max(0, length)];
        }
        return java.util.Arrays.copyOf(unescaped(text.value()), Math.max(0, length));
    }

    /** The sum of the lengths of an array of {@code {..., N}}. */
    int vectorLength(final Expression vector) {
        int length = 0;
        for (final Expression element : array(vector)) {
            final List<Expression.Field> fields = struct(element).fields();
            if (fields.size() != 2) {
                throw wrong("'" + element + "' is not {..., LENGTH}");
            }
            length += (int) value(fields.get(1).value());
        }
        return length;
    }

    /** The value of a socket option as bytes. */
    byte[] optionValue(final Expression expression) {
        if (expression instanceof Expression.Text text) {
            return unescaped(text.value());
        }
        if (expression instanceof Expression.Struct struct) {
            return structBytes(struct);
        }
        if (expression instanceof Expression.Array array) {
            final ByteBuffer bytes =
                    ByteBuffer.allocate(4 * array.elements().size()).order(ByteOrder.LITTLE_ENDIAN);
            array.elements().forEach(element -> bytes.putInt((int) value(element)));
            return bytes.array();
        }
        if (expression instanceof Expression.Apply apply
                && apply.function().startsWith("inet")
                && apply.argument() instanceof Expression.Text text) {
            return IpAddress.parse(text.value()).toBytes();
        }
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) value(expression))
                .array();
    }

    private byte[] structBytes(final Expression.Struct struct) {
        final ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        if (struct.get("onoff") != null) {
            return ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt((int) field(struct, "onoff"))
                    .putInt((int) field(struct, "linger"))
                    .array();
        }
        if (struct.get("tv_sec") != null) {
            return bytes.putLong(field(struct, "tv_sec"))
                    .putLong(field(struct, "tv_usec"))
                    .array();
        }
        throw wrong("the structure " + struct + " is not known");
    }

    /** Resolves the escapes of C. */
    static byte[] unescaped(final String text) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final Matcher parts = ESCAPE_OR_CHARACTER.matcher(text);
        while (parts.find()) {
            if (parts.group(1) != null) {
                bytes.write(Integer.parseInt(parts.group(1), 16));
            } else if (parts.group(2) != null) {
                bytes.write(Integer.parseInt(parts.group(2), 8));
            } else {
                final String part = parts.group();
                bytes.write(part.length() == 1 ? part.charAt(0) : escaped(part.charAt(1)));
            }
        }
        return bytes.toByteArray();
    }

    private static int escaped(final char letter) {
        return switch (letter) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            default -> letter;
        };
    }

    // ------------------------------------------------------------------ addresses

    /** An address that the script spells out, else the default one; null for 0. */
    SystemCall.Address address(final int index, final IpAddress otherwise, final int port) {
        final Expression expression = get(index);
        if (expression instanceof Expression.Ellipsis) {
            return world.address(otherwise, port);
        }
        if (expression instanceof Expression.Word word && word.name().equals("AF_UNSPEC")) {
            return new SystemCall.Address(LinuxConstants.AF_UNSPEC, 0, 0, 0);
        }
        if (!(expression instanceof Expression.Struct struct)) {
            return null;
        }
        final int family = (int) field(struct, "sa_family");
        if (family == LinuxConstants.AF_UNSPEC) {
            return new SystemCall.Address(family, 0, 0, 0);
        }
        final int given = (int) field(struct, "sin_port");
        if (struct.get("sin_addr") instanceof Expression.Apply apply
                && apply.argument() instanceof Expression.Text text) {
            final IpAddress ip = IpAddress.parse(text.value());
            return new SystemCall.Address(family, ip.hi(), ip.lo(), given);
        }
        throw wrong("an address has sin_addr=inet_addr(\"...\")");
    }
}

package dev.culvert.tun.control;

import dev.culvert.env.RefusedValueException;
import dev.culvert.tcp.MemoryLevels;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpConfigBuilder;
import dev.culvert.tun.ByteSize;
import dev.culvert.tun.CulvertStack;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The settings of a stack by name. Each component of {@link TcpConfig} is one: {@code mslMs} is called {@code msl-ms}. They
 * hold for connections opened later.
 */
final class StackSettings {
    private static final String NONE = "none";

    private StackSettings() {}

    static Settings of(final CulvertStack stack) {
        final Settings settings = new Settings();
        for (final RecordComponent component : TcpConfig.class.getRecordComponents()) {
            settings.add(
                    kebab(component.getName()),
                    () -> text(call(component, stack.tcpConfig())),
                    value -> change(stack, component, value));
        }
        settings.add("ephemeral-ports", stack::ephemeralPorts, value -> changePorts(stack, value));
        settings.add("reserved-ports", () -> or(stack.reservedPorts(), NONE), value -> reserve(stack, value));
        settings.add(
                "memory",
                () -> ByteSize.text(stack.memoryLimitBytes()),
                value -> checked(() -> stack.memoryLimitBytes(ByteSize.parse(value))));
        settings.add(
                "memory-levels",
                () -> stack.memoryLevels().text(),
                value -> checked(() -> stack.memoryLevels(MemoryLevels.parse(value))));
        return settings;
    }

    private static void checked(final Runnable change) throws ControlException {
        try {
            change.run();
        } catch (final IllegalArgumentException outOfRange) {
            throw new ControlException(outOfRange.getMessage());
        }
    }

    /** {@code mslMs} as {@code msl-ms}. */
    static String kebab(final String camelCase) {
        return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String text(final Object value) {
        return value instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : String.valueOf(value);
    }

    private static Object call(final RecordComponent component, final TcpConfig config) {
        try {
            return component.getAccessor().invoke(config);
        } catch (final ReflectiveOperationException impossible) {
            throw new IllegalStateException("cannot read " + component.getName(), impossible);
        }
    }

    private static void change(final CulvertStack stack, final RecordComponent component, final String value)
            throws ControlException {
        final TcpConfigBuilder builder = stack.tcpConfig().with();
        try {
            TcpConfigBuilder.class
                    .getMethod(component.getName(), component.getType())
                    .invoke(builder, parse(component, value));
            stack.configure(builder.build());
        } catch (final RefusedValueException refused) {
            throw new ControlException(kebab(refused.field()) + " " + refused.complaint());
        } catch (final IllegalArgumentException nonsense) {
            throw new ControlException(nonsense.getMessage());
        } catch (final ReflectiveOperationException impossible) {
            throw new IllegalStateException("cannot set " + component.getName(), impossible);
        }
    }

    private static Object parse(final RecordComponent component, final String value) throws ControlException {
        if (component.getType() == int.class) {
            return number(kebab(component.getName()), value);
        }
        if (component.getType() == long.class) {
            return longNumber(kebab(component.getName()), value);
        }
        if (component.getType().isEnum()) {
            return constant(kebab(component.getName()), component.getType(), value);
        }
        return component.getType() == boolean.class ? truth(kebab(component.getName()), value) : value;
    }

    private static Object constant(final String name, final Class<?> type, final String value) throws ControlException {
        final List<String> words = new ArrayList<>();
        for (final Object constant : type.getEnumConstants()) {
            final String word = constant.toString().toLowerCase(Locale.ROOT);
            if (word.equals(value)) {
                return constant;
            }
            words.add(word);
        }
        throw new ControlException(name + " takes " + String.join(", ", words) + ", not '" + value + "'");
    }

    private static Integer number(final String name, final String value) throws ControlException {
        try {
            return Integer.valueOf(value);
        } catch (final NumberFormatException notOne) {
            throw new ControlException(name + " takes a whole number, not '" + value + "'");
        }
    }

    private static Long longNumber(final String name, final String value) throws ControlException {
        try {
            return Long.valueOf(value);
        } catch (final NumberFormatException notOne) {
            throw new ControlException(name + " takes a whole number, not '" + value + "'");
        }
    }

    private static Boolean truth(final String name, final String value) throws ControlException {
        return switch (value) {
            case "true", "on", "1", "yes" -> true;
            case "false", "off", "0", "no" -> false;
            default -> throw new ControlException(name + " takes on or off, not '" + value + "'");
        };
    }

    private static String or(final String text, final String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    private static void reserve(final CulvertStack stack, final String value) throws ControlException {
        try {
            stack.reservedPorts(value.equals(NONE) ? "" : value);
        } catch (final IllegalArgumentException noPorts) {
            throw new ControlException("reserved-ports: " + noPorts.getMessage() + ", or none");
        }
    }

    private static void changePorts(final CulvertStack stack, final String value) throws ControlException {
        final String[] ends = value.split("-", -1);
        if (ends.length != 2) {
            throw new ControlException("ephemeral-ports takes LOW-HIGH, not '" + value + "'");
        }
        try {
            stack.ephemeralPorts(number("ephemeral-ports", ends[0]), number("ephemeral-ports", ends[1]));
        } catch (final IllegalArgumentException outOfRange) {
            throw new ControlException(outOfRange.getMessage());
        }
    }
}

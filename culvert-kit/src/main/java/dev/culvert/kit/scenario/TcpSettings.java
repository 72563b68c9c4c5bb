package dev.culvert.kit.scenario;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpConfigBuilder;
import dev.culvert.tcp.TcpPreset;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads the keys of {@link TcpConfig} by their own names, so that a new setting is known here at once. */
final class TcpSettings {
    private TcpSettings() {}

    /** Names a {@link TcpPreset} that the other keys change. */
    private static final String PRESET = "preset";

    /** The configuration with these changes. */
    static TcpConfig read(final Item item, final TcpConfig base) {
        final Item preset = item.map().get(PRESET);
        TcpConfig config = preset == null ? base : preset(preset).apply(base);
        for (final Map.Entry<String, Item> entry : item.map().entrySet()) {
            if (!entry.getKey().equals(PRESET)) {
                config = set(config, entry.getKey(), entry.getValue());
            }
        }
        return config;
    }

    private static TcpPreset preset(final Item value) {
        try {
            return TcpPreset.of(value.text());
        } catch (final IllegalArgumentException unknown) {
            throw value.bad(unknown.getMessage());
        }
    }

    private static TcpConfig set(final TcpConfig base, final String key, final Item value) {
        final RecordComponent component = Arrays.stream(TcpConfig.class.getRecordComponents())
                .filter(candidate -> candidate.getName().equals(key))
                .findFirst()
                .orElseThrow(() -> value.bad("TCP has no such setting; there are " + PRESET + ", " + names()));
        try {
            final TcpConfigBuilder builder = base.with();
            final Method setter = TcpConfigBuilder.class.getMethod(key, component.getType());
            setter.invoke(builder, convert(component.getType(), key, value));
            return builder.build();
        } catch (final InvocationTargetException e) {
            throw value.bad(String.valueOf(e.getCause().getMessage()));
        } catch (final IllegalArgumentException e) {
            throw value.bad(e.getMessage());
        } catch (final ReflectiveOperationException e) {
            throw value.bad("this setting cannot be changed here");
        }
    }

    private static Object convert(final Class<?> type, final String key, final Item value) {
        if (type == boolean.class) {
            return Quantity.flag(value);
        }
        if (type == int.class) {
            return key.endsWith("Bytes")
                    ? Quantity.bytes(value, 0, Integer.MAX_VALUE)
                    : (int) signed(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (type == long.class) {
            return key.endsWith("Bytes") ? Quantity.bytes(value) : signed(value, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> constant.toString().equalsIgnoreCase(value.text()))
                    .findFirst()
                    .orElseThrow(() -> value.bad("one of " + Arrays.toString(type.getEnumConstants()) + " is needed"));
        }
        if (type != String.class) {
            throw value.bad("this setting cannot be changed here");
        }
        return value.text();
    }

    private static long signed(final Item value, final long least, final long most) {
        try {
            final long number = Long.parseLong(value.text().replace("_", ""));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (final NumberFormatException e) {
            throw value.bad("write a whole number, not '" + value.text() + "'");
        }
        throw value.bad(value.text() + " is outside " + least + " to " + most);
    }

    private static String names() {
        return Arrays.stream(TcpConfig.class.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.joining(", "));
    }
}

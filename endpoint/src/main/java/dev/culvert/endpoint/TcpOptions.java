package dev.culvert.endpoint;

import dev.culvert.tcp.TcpPreset;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.tun.device.Offload;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Words of the command line that stand for constants of the stack; others are usage errors that list the right ones. */
final class TcpOptions {
    private TcpOptions() {}

    /** {@code windows-60} and the like. */
    static final class Presets implements ITypeConverter<TcpPreset> {
        @Override
        public TcpPreset convert(final String word) {
            try {
                return TcpPreset.of(word);
            } catch (final IllegalArgumentException unknown) {
                throw new TypeConversionException(unknown.getMessage());
            }
        }
    }

    /** {@code on} and {@code off}. */
    static final class OnOff implements ITypeConverter<Offload> {
        @Override
        public Offload convert(final String word) {
            return switch (word) {
                case "on" -> Offload.ON;
                case "off" -> Offload.OFF;
                default -> throw new TypeConversionException("'" + word + "' is neither on nor off");
            };
        }
    }

    /** {@code drop-new} and the like. */
    static final class Overflows implements ITypeConverter<TimeWaitOverflow> {
        @Override
        public TimeWaitOverflow convert(final String word) {
            return Arrays.stream(TimeWaitOverflow.values())
                    .filter(policy -> policy.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + word + "' is no policy; there are "
                            + Arrays.stream(TimeWaitOverflow.values())
                                    .map(TimeWaitOverflow::word)
                                    .collect(Collectors.joining(", "))));
        }
    }
}

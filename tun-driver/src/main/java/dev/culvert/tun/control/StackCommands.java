package dev.culvert.tun.control;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.StackStatistics;
import dev.culvert.wire.IpAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The commands that every control server knows. */
final class StackCommands {
    private StackCommands() {}

    static void addTo(
            final Map<String, ControlCommand> commands,
            final Settings settings,
            final Map<String, String> info,
            final CulvertStack stack) {
        commands.put("get", words -> get(settings, words));
        commands.put("set", words -> set(settings, words));
        commands.put("counters", words -> counters(stack, words.isEmpty() ? "" : words.get(0)));
        commands.put("stats", words -> statistics(stack));
        commands.put("sockets", words -> SocketLines.answer(stack, words));
        commands.put("info", words -> info(info));
        info.put("pid", String.valueOf(ProcessHandle.current().pid()));
        info.put("stack", stack.name());
        info.put("device", stack.deviceName());
        info.put("mtu", String.valueOf(stack.mtu()));
        info.put("queues", String.valueOf(stack.lanes().size()));
        info.put(
                "addresses", stack.addresses().stream().map(IpAddress::toString).collect(Collectors.joining(",")));
    }

    private static List<String> get(final Settings settings, final List<String> words) throws ControlException {
        final List<String> lines = new ArrayList<>();
        for (final String name : words.isEmpty() ? settings.names() : words) {
            lines.add(name + " " + settings.get(name));
        }
        return lines;
    }

    private static List<String> set(final Settings settings, final List<String> words) throws ControlException {
        if (words.size() != 2) {
            throw new ControlException("set takes a name and a value");
        }
        settings.set(words.get(0), words.get(1));
        return List.of();
    }

    /** Names as nstat prints them; drops as {@code Drop.REASON}. */
    private static List<String> counters(final CulvertStack stack, final String prefix) throws ControlException {
        final List<String> lines = new ArrayList<>();
        for (final StackCounter counter : StackCounter.values()) {
            add(lines, prefix, counter.name(), stack.counters().get(counter));
        }
        for (final DropReason reason : DropReason.values()) {
            add(lines, prefix, "Drop." + reason.name(), stack.counters().get(reason));
        }
        add(lines, prefix, "Device.TransmitDrops", stack.transmitDrops());
        if (lines.isEmpty()) {
            throw new ControlException("no counter begins with '" + prefix + "'");
        }
        return lines;
    }

    private static void add(final List<String> lines, final String prefix, final String name, final long value) {
        if (name.regionMatches(true, 0, prefix, 0, prefix.length())) {
            lines.add(name + " " + value);
        }
    }

    private static List<String> statistics(final CulvertStack stack) throws ControlException {
        try {
            final StackStatistics now = stack.statistics();
            return List.of(
                    "connections " + now.connections(),
                    "half-open " + now.halfOpen(),
                    "time-wait " + now.timeWait(),
                    "memory-bytes " + now.memoryInUseBytes());
        } catch (final IOException stopped) {
            throw new ControlException(stopped.getMessage());
        }
    }

    private static List<String> info(final Map<String, String> info) {
        return info.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }
}

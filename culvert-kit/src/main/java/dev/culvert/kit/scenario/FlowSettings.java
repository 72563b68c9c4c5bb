package dev.culvert.kit.scenario;

import dev.culvert.kit.scenario.Scenario.Closing;
import dev.culvert.kit.scenario.Scenario.Flow;
import dev.culvert.kit.scenario.Scenario.Manners;
import dev.culvert.kit.scenario.Scenario.Stack;
import dev.culvert.wire.IpAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the applications. Each kind is a short way to say how connections, requests and responses follow one another. */
final class FlowSettings {
    private static final int FIRST_PORT = 5_001;
    private static final String KINDS = "bulk, request-response, ping-pong, short-connections";

    private final Map<String, Stack> stacks;
    private int nextPort = FIRST_PORT;

    FlowSettings(final Map<String, Stack> stacks) {
        this.stacks = stacks;
    }

    /** What a connection says. */
    private record Talk(int rounds, long request, long response, boolean duplex, int connections) {}

    Flow read(final String name, final Item item) {
        final Fields fields = new Fields(item);
        final Talk talk = talk(fields);
        final Stack from = stack(fields.must("from"));
        final Stack to = stack(fields.must("to"));
        final IpAddress[] addresses = addresses(fields, from, to);
        final int connections = fields.whole("connections", talk.connections, 1, 10_000_000);
        final Flow flow = new Flow(
                name,
                from.name(),
                to.name(),
                addresses[0],
                addresses[1],
                fields.whole("port", nextPort++, 1, 65_535),
                fields.durationNs("start", 0),
                connections,
                fields.whole("at-once", 1, 1, 60_000),
                fields.durationNs("every", 0),
                talk.rounds,
                talk.request,
                talk.response,
                talk.duplex,
                fields.durationNs("think", 0),
                closing(fields),
                manners(fields.get("client")),
                manners(fields.get("server")));
        fields.end();
        return flow;
    }

    private static Talk talk(final Fields fields) {
        final Item kind = fields.must("kind");
        return switch (kind.text()) {
            case "bulk" -> bulk(fields);
            case "request-response" ->
                new Talk(
                        fields.whole("rounds", 1, 1, 10_000_000),
                        fields.bytes("request", 100),
                        fields.bytes("response", 1_000),
                        false,
                        1);
            case "ping-pong" -> {
                final long bytes = fields.bytes("bytes", 1);
                yield new Talk(fields.whole("rounds", 100, 1, 10_000_000), bytes, bytes, false, 1);
            }
            case "short-connections" ->
                new Talk(1, fields.bytes("request", 100), fields.bytes("response", 1_000), false, 100);
            default -> throw kind.bad("there is no kind '" + kind.text() + "'; kinds are " + KINDS);
        };
    }

    private static Talk bulk(final Fields fields) {
        final long bytes = Quantity.bytes(fields.must("bytes"));
        final Item direction = fields.get("direction");
        return switch (direction == null ? "up" : direction.text()) {
            case "up" -> new Talk(1, bytes, 0, false, 1);
            case "down" -> new Talk(1, 0, bytes, true, 1);
            case "both" -> new Talk(1, bytes, bytes, true, 1);
            default -> throw direction.bad("write up (from client to server), down or both");
        };
    }

    private Stack stack(final Item item) {
        final Stack found = stacks.get(item.text());
        if (found == null) {
            throw item.bad("there is no stack '" + item.text() + "'; stacks are " + String.join(", ", stacks.keySet()));
        }
        return found;
    }

    private static IpAddress[] addresses(final Fields fields, final Stack from, final Stack to) {
        final int family = fields.whole("family", 0, 4, 6);
        for (final IpAddress source : from.config().addresses()) {
            for (final IpAddress destination : to.config().addresses()) {
                final boolean wanted = family == 0 || source.isV4() == (family == 4);
                if (wanted && source.isV4() == destination.isV4()) {
                    return new IpAddress[] {source, destination};
                }
            }
        }
        throw fields.item()
                .bad("'" + from.name() + "' and '" + to.name() + "' have no addresses of "
                        + (family == 0 ? "the same family" : "this family"));
    }

    private static Closing closing(final Fields fields) {
        final Item item = fields.get("close");
        if (item == null) {
            return Closing.CLIENT;
        }
        final List<String> names = Arrays.stream(Closing.values())
                .map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
        final int index = names.indexOf(item.text());
        if (index < 0) {
            throw item.bad("'" + item.text() + "' is no way to close; write one of " + String.join(", ", names));
        }
        return Closing.values()[index];
    }

    private static Manners manners(final Item item) {
        if (item == null) {
            return Manners.PLAIN;
        }
        final Fields fields = new Fields(item);
        final Manners manners = new Manners(
                fields.bytes("write-chunk", Manners.PLAIN.writeChunk(), 1, Talker.LARGEST_CALL),
                fields.durationNs("write-pause", 0),
                fields.bytes("read-chunk", Manners.PLAIN.readChunk(), 1, Talker.LARGEST_CALL),
                fields.durationNs("read-pause", 0),
                fields.bytes("stop-after", -1),
                fields.durationNs("stop-for", 0));
        fields.end();
        return manners;
    }
}

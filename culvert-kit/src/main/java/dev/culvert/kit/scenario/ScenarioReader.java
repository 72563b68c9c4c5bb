package dev.culvert.kit.scenario;

import dev.culvert.kit.scenario.Scenario.End;
import dev.culvert.kit.scenario.Scenario.Flow;
import dev.culvert.kit.scenario.Scenario.Link;
import dev.culvert.kit.scenario.Scenario.Stack;
import dev.culvert.kit.scenario.Scenario.When;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads scenarios; every mistake is a {@link ScenarioException} that names the place. */
public final class ScenarioReader {
    private static final long DEFAULT_LIMIT_NS = 600_000_000_000L;

    private ScenarioReader() {}

    /**
     * A scenario from its text.
     *
     * @param label what messages call it, such as the file's name
     * @param yaml the text, as {@code docs/simulation.md} describes it
     * @param settings changes, each {@code PATH=VALUE}
     * @throws ScenarioException when something is not right
     */
    public static Scenario read(final String label, final String yaml, final List<String> settings) {
        final Item root = ScenarioText.file(label, yaml);
        settings.forEach(setting -> Overrides.apply(root, setting));
        final Fields fields = new Fields(root);
        final String description = fields.text("description", "");
        final Map<String, Stack> stacks = new LinkedHashMap<>();
        fields.must("stacks").map().forEach((name, item) -> stacks.put(name, stack(name, item)));
        final List<String> switches = new ArrayList<>();
        fields.with("switches", item -> item.list().forEach(one -> switches.add(switchName(one, stacks))));
        final List<Link> links = new ArrayList<>();
        fields.must("links").map().forEach((name, item) -> links.add(link(name, item, stacks, switches)));
        final FlowSettings flowSettings = new FlowSettings(stacks);
        final List<Flow> flows = new ArrayList<>();
        fields.must("applications").map().forEach((name, item) -> flows.add(flowSettings.read(name, item)));
        final End end = end(fields.get("end"));
        fields.end();
        checkAddresses(root, stacks);
        checkPorts(root, flows);
        return new Scenario(label, description, List.copyOf(stacks.values()), List.copyOf(switches), links, flows, end);
    }

    private static Stack stack(final String name, final Item item) {
        final Fields fields = new Fields(item);
        final List<IpAddress> addresses = new ArrayList<>();
        fields.must("address").list().forEach(address -> addresses.add(address(address)));
        final ShardConfig base = ShardConfig.of(addresses.toArray(IpAddress[]::new));
        final int mtu = fields.whole("mtu", base.mtuBytes(), 68, 65_535);
        final Item tcp = fields.get("tcp");
        final long memory = fields.bytes("memory", base.memoryLimitBytes());
        final long batchNs = fields.durationNs("batch", 0);
        fields.end();
        final TcpConfig config = tcp == null ? base.tcp() : TcpSettings.read(tcp, base.tcp());
        try {
            final ShardConfig shard =
                    base.withMtu(mtu, mtu).withMemoryLimit(memory).withTcp(config);
            return new Stack(name, shard, batchNs);
        } catch (final IllegalArgumentException e) {
            throw item.bad(e.getMessage());
        }
    }

    private static IpAddress address(final Item item) {
        try {
            return IpAddress.parse(item.text());
        } catch (final IllegalArgumentException e) {
            throw item.bad(e.getMessage());
        }
    }

    private static String switchName(final Item item, final Map<String, Stack> stacks) {
        if (stacks.containsKey(item.text())) {
            throw item.bad("'" + item.text() + "' is a stack already");
        }
        return item.text();
    }

    private static Link link(
            final String name, final Item item, final Map<String, Stack> stacks, final List<String> switches) {
        final Link link = LinkSettings.read(name, item);
        for (final String end : List.of(link.a(), link.b())) {
            if (!stacks.containsKey(end) && !switches.contains(end)) {
                throw item.map().get("between").bad("there is no stack or switch '" + end + "'");
            }
        }
        if (link.a().equals(link.b())) {
            throw item.map().get("between").bad("a link has two different ends");
        }
        return link;
    }

    private static End end(final Item item) {
        if (item == null) {
            return new End(When.DONE, DEFAULT_LIMIT_NS);
        }
        final Fields fields = new Fields(item);
        final Item when = fields.get("when");
        final long limitNs = fields.durationNs("limit", DEFAULT_LIMIT_NS);
        fields.end();
        if (when == null) {
            return new End(When.DONE, limitNs);
        }
        return Arrays.stream(When.values())
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(when.text()))
                .findFirst()
                .map(value -> new End(value, limitNs))
                .orElseThrow(() -> when.bad("write done, closed or time, not '" + when.text() + "'"));
    }

    private static void checkAddresses(final Item root, final Map<String, Stack> stacks) {
        final Map<IpAddress, String> owners = new HashMap<>();
        for (final Stack stack : stacks.values()) {
            for (final IpAddress address : stack.config().addresses()) {
                final String other = owners.put(address, stack.name());
                if (other != null) {
                    throw root.map()
                            .get("stacks")
                            .map()
                            .get(stack.name())
                            .bad("address " + address + " belongs to '" + other + "' already");
                }
            }
        }
    }

    private static void checkPorts(final Item root, final List<Flow> flows) {
        final Map<String, String> owners = new HashMap<>();
        for (final Flow flow : flows) {
            final String other = owners.put(flow.to() + " " + flow.port(), flow.name());
            if (other != null) {
                throw root.map()
                        .get("applications")
                        .map()
                        .get(flow.name())
                        .bad("port " + flow.port() + " of '" + flow.to() + "' belongs to '" + other + "' already");
            }
        }
    }
}

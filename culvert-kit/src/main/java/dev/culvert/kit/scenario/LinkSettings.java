package dev.culvert.kit.scenario;

import dev.culvert.kit.sim.LinkConfig;
import dev.culvert.kit.sim.Loss;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads what a link does to packets, in both directions and over time. */
final class LinkSettings {
    private static final int MOST_FLAPS = 10_000;

    private LinkSettings() {}

    static Scenario.Link read(final String name, final Item item) {
        final Fields fields = new Fields(item);
        final List<Item> between = fields.must("between").list();
        if (between.size() != 2) {
            throw fields.must("between").bad("write the two ends, such as [a, b]");
        }
        final LinkConfig both = direction(fields, new LinkConfig.Builder().build());
        final LinkConfig forward = oneWay(fields, "forward", both);
        final LinkConfig reverse = oneWay(fields, "reverse", both);
        final List<Item> changes = new ArrayList<>();
        fields.with("changes", list -> changes.addAll(list.list()));
        final List<Scenario.Change> planned = changes(changes, fields.get("flap"), forward, reverse);
        fields.end();
        return new Scenario.Link(
                name,
                between.get(0).text(),
                between.get(1).text(),
                forward,
                reverse,
                List.copyOf(planned),
                item.where());
    }

    private static LinkConfig oneWay(final Fields fields, final String key, final LinkConfig base) {
        final Item item = fields.get(key);
        if (item == null) {
            return base;
        }
        final Fields inner = new Fields(item);
        final LinkConfig config = direction(inner, base);
        inner.end();
        return config;
    }

    /** The keys of one direction, on top of a base. */
    private static LinkConfig direction(final Fields fields, final LinkConfig base) {
        final LinkConfig.Builder link = base.with();
        fields.with("delay", item -> link.delayNs(Quantity.durationNs(item)));
        fields.with("jitter", item -> link.jitterNs(Quantity.durationNs(item)));
        fields.with("rate", item -> link.bitsPerSecond(Quantity.rate(item)));
        fields.with("queue", item -> queue(item, link));
        fields.with("mark", item -> link.markBytes(Quantity.bytes(item, 1, Integer.MAX_VALUE)));
        fields.with("loss", item -> link.loss(loss(item)));
        fields.with("duplicate", item -> link.duplicate(Quantity.share(item)));
        fields.with("reorder", item -> link.reorder(Quantity.share(item)));
        fields.with("reorder-delay", item -> link.reorderNs(Quantity.durationNs(item)));
        fields.with("corrupt", item -> link.corrupt(Quantity.share(item)));
        fields.with("truncate", item -> link.truncate(Quantity.share(item)));
        fields.with("refuse", item -> link.refuse(Quantity.share(item)));
        fields.with("mtu", item -> link.mtuBytes((int) Quantity.whole(item, 68, 65_535)));
        fields.with("icmp", item -> link.tooBig(Quantity.flag(item)));
        fields.with("up", item -> link.up(Quantity.flag(item)));
        final LinkConfig config = link.build();
        if (config.reorder() > 0 && config.reorderNs() == 0) {
            return config.with()
                    .reorderNs(Math.max(1_000_000, config.delayNs()))
                    .build();
        }
        return config;
    }

    /** {@code 64kB}, or {@code 50 packets}. */
    private static void queue(final Item item, final LinkConfig.Builder link) {
        final String text = item.text();
        if (text.endsWith("packets")) {
            final Item number = Item.text(
                    item.where(),
                    item.path(),
                    text.substring(0, text.length() - 7).strip());
            link.queuePackets((int) Quantity.whole(number, 1, Integer.MAX_VALUE))
                    .queueBytes(Integer.MAX_VALUE);
        } else {
            link.queueBytes(Quantity.bytes(item, 1, Integer.MAX_VALUE)).queuePackets(Integer.MAX_VALUE);
        }
    }

    private static Loss loss(final Item item) {
        if (item.isText()) {
            return new Loss.Random(Quantity.share(item));
        }
        final Fields fields = new Fields(item);
        final Loss loss;
        if (fields.get("every") != null) {
            final long period = Quantity.whole(fields.must("every"), 1, Long.MAX_VALUE);
            final Item first = fields.get("first");
            loss = new Loss.Every(period, first == null ? period : Quantity.whole(first, 1, Long.MAX_VALUE));
        } else if (fields.get("packets") != null) {
            final Set<Long> numbers = new HashSet<>();
            fields.must("packets").list().forEach(n -> numbers.add(Quantity.whole(n, 1, Long.MAX_VALUE)));
            loss = new Loss.Packets(numbers);
        } else if (fields.get("enter") != null) {
            final Item good = fields.get("good");
            final Item bad = fields.get("bad");
            final Item packet = fields.get("packet");
            loss = new Loss.Bursts(
                    Quantity.share(fields.must("enter")),
                    Quantity.share(fields.must("leave")),
                    good == null ? 0 : Quantity.share(good),
                    bad == null ? 1 : Quantity.share(bad),
                    packet == null ? 0 : Quantity.durationNs(packet));
        } else {
            fields.end();
            throw item.bad("write a share, {every: N, first: N}, {packets: [N, ...]} or"
                    + " {enter: P, leave: P, good: P, bad: P, packet: TIME}");
        }
        fields.end();
        return loss;
    }

    // ------------------------------------------------------------------ changes over time

    private record Step(long atNs, Item item) {}

    private static List<Scenario.Change> changes(
            final List<Item> items, final Item flap, final LinkConfig forward, final LinkConfig reverse) {
        final List<Step> steps = new ArrayList<>();
        for (final Item item : items) {
            steps.add(new Step(Quantity.durationNs(new Fields(item).must("at")), item));
        }
        steps.sort(Comparator.comparingLong(Step::atNs));
        final List<Scenario.Change> planned = new ArrayList<>();
        LinkConfig toB = forward;
        LinkConfig toA = reverse;
        for (final Step step : steps) {
            final Fields fields = new Fields(step.item);
            fields.must("at");
            toB = oneWay(fields, "forward", direction(fields, toB));
            toA = oneWay(fields, "reverse", direction(fields, toA));
            fields.end();
            planned.add(new Scenario.Change(step.atNs, toB, toA));
        }
        return flap == null ? planned : flapping(flap, planned, forward, reverse);
    }

    /** A route that goes away again and again: the link is down for a while at the beginning of every period. */
    private static List<Scenario.Change> flapping(
            final Item item, final List<Scenario.Change> planned, final LinkConfig forward, final LinkConfig reverse) {
        if (!planned.isEmpty()) {
            throw item.bad("a link has either changes or a flap");
        }
        final Fields fields = new Fields(item);
        final long everyNs = Quantity.durationNs(fields.must("every"));
        final long downNs = Quantity.durationNs(fields.must("down"));
        final long firstNs = fields.durationNs("first", everyNs);
        final int times = fields.whole("times", 100, 1, MOST_FLAPS);
        fields.end();
        if (downNs >= everyNs) {
            throw item.bad("'down' must be shorter than 'every'");
        }
        final List<Scenario.Change> flaps = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            final long atNs = firstNs + i * everyNs;
            flaps.add(new Scenario.Change(
                    atNs,
                    forward.with().up(false).build(),
                    reverse.with().up(false).build()));
            flaps.add(new Scenario.Change(atNs + downNs, forward, reverse));
        }
        return flaps;
    }
}

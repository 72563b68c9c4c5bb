package dev.culvert.kit.explore;

import dev.culvert.buffer.ByteQueue;
import dev.culvert.buffer.Reassembly;
import dev.culvert.counters.Counters;
import dev.culvert.shard.Shard;
import dev.culvert.tcp.ConnectionCounts;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.WantedFlow;
import dev.culvert.tcp.WorkList;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.congestion.DeliveryRate;
import dev.culvert.tcp.loss.SackBlocks;
import dev.culvert.tcp.loss.SentSegments;
import dev.culvert.tcp.loss.SentStore;
import dev.culvert.timer.TimerKind;
import dev.culvert.timer.TimerNode;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a stack is, as a hash over the fields of all objects behind a {@link Shard}. They are found by reflection, so that a
 * field that somebody adds tells states apart by itself; left out is only what is named here: what counts but decides
 * nothing, what holds the segment of the moment, and pools. Off-heap memory is not looked at but for the buffers of
 * connections; whether there is more of it than these is said.
 */
final class StackState {
    /** Nothing that is done depends on what is in here between two batches. */
    private static final Set<Class<?>> OUT = Set.of(
            Counters.class,
            ConnectionCounts.class,
            TcpConfig.class,
            Segment.class,
            WantedFlow.class,
            AckFacts.class,
            SentStore.class,
            DeliveryRate.class,
            UnsafeBuffer.class);

    /** As above: time of the latest happening, numbers of records, results of the latest call, what a batch begins anew. */
    private static final Set<String> FIELDS_OUT = Set.of(
            "Shard.nowNs",
            "IpInput.nowNs",
            "ConnectionTable.recent",
            "ConnectionTable.earlier",
            "LocalPorts.nowNs",
            "LocalPorts.named",
            "SentSegments.head",
            "SendOrder.first",
            "SendOrder.last",
            "SendOrder.tail",
            "SendOrder.answering",
            "SendOrder.batchNs",
            "SendOrder.inFlightBefore",
            "SendOrder.flightBefore",
            "SendOrder.undeliveredBefore",
            "SendOrder.windowBefore",
            "Losses.hint",
            "Scoreboard.hint",
            "Rack.parts",
            "SentStore.next",
            "SentStore.delivered",
            "SentStore.deliveredNs",
            "SentStore.firstSentNs",
            "SentStore.appLimited",
            "SentStore.earlier",
            "SentStore.later",
            "SentSegments.delivery",
            "Transmitter.batchQuota",
            "Transmitter.turnQuota",
            "Transmitter.cwndStopped",
            "Transmitter.unpushed");

    /** As above: views of packets, keys, tables of which {@link ExploredHost} knows by counting, pools and the wheel. */
    private static final Set<String> PACKAGES_OUT = Set.of(
            "dev.culvert.wire",
            "dev.culvert.env",
            "dev.culvert.buffer",
            "dev.culvert.timer",
            "dev.culvert.tcp.option",
            "dev.culvert.tcp.halfopen",
            "dev.culvert.tcp.timewait");

    private static final String STACK = "dev.culvert.";
    private static final String KIT = "dev.culvert.kit.";
    private static final TimerKind[] TIMERS = TimerKind.values();

    private static final ClassValue<List<Field>> FIELDS = new ClassValue<>() {
        @Override
        protected List<Field> computeValue(final Class<?> type) {
            final List<Field> fields = new ArrayList<>();
            for (Class<?> at = type; at != Object.class; at = at.getSuperclass()) {
                for (final Field field : at.getDeclaredFields()) {
                    final String name = at.getSimpleName() + "." + field.getName();
                    if (!Modifier.isStatic(field.getModifiers()) && !FIELDS_OUT.contains(name)) {
                        field.setAccessible(true);
                        fields.add(field);
                    }
                }
            }
            return fields;
        }
    };

    private final IdentityHashMap<Object, Integer> met = new IdentityHashMap<>(256);
    private final Set<Tcb> inUse = Collections.newSetFromMap(new IdentityHashMap<>());
    private long hash;
    private boolean hides;

    private StackState() {}

    static StackState of(final Shard shard) {
        final StackState state = new StackState();
        state.object(shard);
        return state;
    }

    /** The hash. */
    long hash() {
        return hash;
    }

    /** Whether there is text ahead of a gap, which the hash does not see. */
    boolean hidesSomething() {
        return hides;
    }

    private void value(final long value) {
        hash = Mix.of(hash, value);
    }

    private void object(final Object object) {
        if (object == null) {
            value(0);
        } else if (object instanceof Enum<?> constant) {
            value(constant.ordinal());
        } else if (object instanceof Number
                || object instanceof Boolean
                || object instanceof Character
                || object instanceof String) {
            value(object.hashCode());
        } else if (isIn(object)) {
            final Integer before = met.putIfAbsent(object, met.size());
            if (before == null) {
                contents(object);
            } else {
                value(before);
            }
        }
    }

    private boolean isIn(final Object object) {
        final Class<?> type = object.getClass();
        if (object instanceof Reassembly waiting) {
            hides |= !waiting.isEmpty();
            return false;
        }
        if (object instanceof Tcb tcb) {
            return inUse.contains(tcb); // the others are in the pool
        }
        return object instanceof TimerNode
                || object instanceof ByteQueue
                || !type.isHidden()
                        && !type.getName().startsWith(KIT)
                        && !OUT.contains(type)
                        && !PACKAGES_OUT.contains(type.getPackageName());
    }

    private void contents(final Object object) {
        if (object instanceof Collection<?> collection) {
            value(collection.size());
            collection.forEach(this::object);
        } else if (object instanceof Map<?, ?> map) {
            value(map.size());
            map.forEach((key, value) -> {
                object(key);
                object(value);
            });
        } else if (object.getClass().isArray()) {
            array(object);
        } else if (object instanceof TimerNode node) {
            for (final TimerKind kind : TIMERS) {
                value(node.deadlineNs(kind));
            }
        } else if (object instanceof ByteQueue queue) {
            final byte[] bytes = new byte[queue.size()];
            queue.peek(new UnsafeBuffer(bytes), 0, bytes.length);
            value(Mix.of(bytes));
        } else if (object instanceof BitSet bits) {
            value(bits.hashCode());
        } else if (object instanceof WorkList<?> list) {
            value(list.isEmpty() ? 0 : 1);
        } else if (object instanceof SentSegments sent) {
            inFlight(sent);
        } else if (object instanceof SackBlocks blocks) {
            reported(blocks);
        } else if (object.getClass().getName().startsWith(STACK)) {
            if (object instanceof TcpContext context) {
                context.forEach(inUse::add);
            }
            fields(object);
        } else {
            throw new IllegalStateException("nobody has said what is in a " + object.getClass());
        }
    }

    /** The records of what is in flight, whatever their numbers in the slab that they share. */
    private void inFlight(final SentSegments sent) {
        fields(sent);
        final Object store = read(SentSegments.class, "store", sent);
        final int[] next = (int[]) read(SentStore.class, "next", store);
        for (int record = (int) read(SentSegments.class, "head", sent);
                record != SentSegments.NONE;
                record = next[record]) {
            for (final Field column : FIELDS.get(SentStore.class)) {
                if (column.getType().isArray()) {
                    value(((Number) Array.get(read(column, store), record)).longValue());
                }
            }
        }
    }

    /** The blocks that count; what else is in the arrays is left from earlier ones. */
    private void reported(final SackBlocks blocks) {
        final int[] left = (int[]) read(SackBlocks.class, "left", blocks);
        final int[] right = (int[]) read(SackBlocks.class, "right", blocks);
        final int count = (int) read(SackBlocks.class, "count", blocks);
        value(count);
        for (int i = 0; i < count; i++) {
            value(left[i]);
            value(right[i]);
        }
    }

    private static Object read(final Class<?> type, final String name, final Object object) {
        try {
            final Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return read(field, object);
        } catch (final NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object read(final Field field, final Object object) {
        try {
            return field.get(object);
        } catch (final IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private void array(final Object array) {
        if (array instanceof Object[] objects) {
            for (int i = 0; i < objects.length; i++) {
                if (objects[i] != null) {
                    value(i);
                    object(objects[i]);
                }
            }
            return;
        }
        if (array instanceof int[] numbers) {
            value(Arrays.hashCode(numbers));
            return;
        }
        for (int i = 0; i < Array.getLength(array); i++) {
            object(Array.get(array, i));
        }
    }

    private void fields(final Object object) {
        for (final Field field : FIELDS.get(object.getClass())) {
            object(read(field, object));
        }
    }
}

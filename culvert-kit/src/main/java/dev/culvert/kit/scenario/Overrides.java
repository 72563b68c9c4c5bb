package dev.culvert.kit.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes to a scenario from the command line: {@code stack.a.tcp.mslMs=1000}, {@code link.ab.loss=1%}, {@code end.limit=1s}. The
 * name after {@code stack}, {@code link} or {@code app} may be left out: then all of them are meant.
 */
final class Overrides {
    private static final Map<String, String> SECTIONS =
            Map.of("stack", "stacks", "link", "links", "app", "applications", "end", "end");

    private Overrides() {}

    /** Applies one {@code PATH=VALUE}. */
    static void apply(final Item scenario, final String setting) {
        final String label = "--set " + setting;
        final int equals = setting.indexOf('=');
        final String[] words = setting.substring(0, Math.max(0, equals)).strip().split("\\.", -1);
        final String section = SECTIONS.get(words[0]);
        if (equals < 0 || section == null || words.length < 2) {
            throw new ScenarioException(
                    label
                            + ": write PATH=VALUE, such as stack.a.tcp.mslMs=1000, link.loss=1%, app.bulk.bytes=1MB, end.limit=9s");
        }
        final Item whole = scenario.map().computeIfAbsent(section, name -> empty(label, name));
        for (final Item target : targets(whole, words, label)) {
            put(target, words, target == whole ? 1 : wordsTaken(whole, words), label, setting.substring(equals + 1));
        }
    }

    private static List<Item> targets(final Item whole, final String[] words, final String label) {
        if (words[0].equals("end")) {
            return List.of(whole);
        }
        if (whole.map().isEmpty()) {
            throw new ScenarioException(label + ": the scenario has no " + words[0]);
        }
        final Item named = whole.map().get(words[1]);
        return named != null ? List.of(named) : new ArrayList<>(whole.map().values());
    }

    private static int wordsTaken(final Item whole, final String[] words) {
        return whole.map().containsKey(words[1]) ? 2 : 1;
    }

    private static void put(
            final Item target, final String[] words, final int from, final String label, final String value) {
        if (from >= words.length) {
            throw new ScenarioException(label + ": say which key of " + target.path());
        }
        Item at = target;
        for (int i = from; i < words.length - 1; i++) {
            final String path = at.path() + "." + words[i];
            at = at.map().computeIfAbsent(words[i], word -> empty(label, path));
        }
        final String last = words[words.length - 1];
        at.map().put(last, ScenarioText.value(label, at.path() + "." + last, value));
    }

    private static Item empty(final String where, final String path) {
        return Item.map(where, path, new LinkedHashMap<>());
    }
}

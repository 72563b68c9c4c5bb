package dev.culvert.kit.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads YAML into items that know their line. */
final class ScenarioText {
    /** Values that one scenario may have, aliases counted as often as they are used. */
    private static final int MOST_ITEMS = 20_000;

    private static final int DEEPEST = 16;

    private final String label;
    private final boolean hasLines;
    private int items;

    private ScenarioText(final String label, final boolean hasLines) {
        this.label = label;
        this.hasLines = hasLines;
    }

    /** A file's text; the result is a map. */
    static Item file(final String label, final String yaml) {
        final Item root = new ScenarioText(label, true).read("", yaml);
        if (!root.isMap()) {
            throw new ScenarioException(label + ": a scenario has stacks, links and applications; see --list");
        }
        return root;
    }

    /** A single value that was given on the command line; {@code label} says how. */
    static Item value(final String label, final String path, final String yaml) {
        return new ScenarioText(label, false).read(path, yaml);
    }

    private Item read(final String path, final String yaml) {
        try {
            final LoadSettings settings = LoadSettings.builder()
                    .setLabel(label)
                    .setAllowDuplicateKeys(true)
                    .build();
            final Optional<Node> root = new Compose(settings).composeString(yaml);
            if (root.isEmpty()) {
                throw new ScenarioException(label + ": there is nothing in it");
            }
            return item(path, root.get(), 0);
        } catch (final MarkedYamlEngineException e) {
            final String line = e.getProblemMark()
                    .filter(mark -> hasLines)
                    .map(mark -> ":" + (mark.getLine() + 1))
                    .orElse("");
            throw new ScenarioException(label + line + ": " + e.getProblem());
        } catch (final YamlEngineException e) {
            throw new ScenarioException(label + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private Item item(final String path, final Node node, final int depth) {
        final String where = where(node);
        if (++items > MOST_ITEMS || depth > DEEPEST) {
            throw new ScenarioException(where + ": " + path + ": too many values, or too deep");
        }
        if (node instanceof ScalarNode scalar) {
            return Item.text(where, path, scalar.getValue());
        }
        if (node instanceof SequenceNode sequence) {
            final List<Item> list = new ArrayList<>();
            for (final Node element : sequence.getValue()) {
                list.add(item(path + "[" + list.size() + "]", element, depth + 1));
            }
            return Item.list(where, path, list);
        }
        final Map<String, Item> map = new LinkedHashMap<>();
        for (final NodeTuple tuple : ((MappingNode) node).getValue()) {
            final Node key = tuple.getKeyNode();
            if (!(key instanceof ScalarNode name)) {
                throw new ScenarioException(where(key) + ": " + path + ": a key is a word");
            }
            final String below = path.isEmpty() ? name.getValue() : path + "." + name.getValue();
            if (map.put(name.getValue(), item(below, tuple.getValueNode(), depth + 1)) != null) {
                throw new ScenarioException(where(key) + ": " + below + ": stands here twice");
            }
        }
        return Item.map(where, path, map);
    }

    private String where(final Node node) {
        return label
                + node.getStartMark()
                        .filter(mark -> hasLines)
                        .map(mark -> ":" + (mark.getLine() + 1))
                        .orElse("");
    }
}

package dev.culvert.kit.coverage;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Reads {@code @Rfc} from the test sources of all modules. Sources, not classes: the table is then the same whichever modules
 * have been built, and a class file that a deleted test left behind proves nothing.
 */
final class TestSources {
    private static final Set<String> TEST_ANNOTATIONS =
            Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "FuzzTest", "ArchTest");

    private final Path root;
    private final List<Proof> proofs = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private TestSources(final Path root) {
        this.root = root;
    }

    /** Reads {@code MODULE/src/test/java} of every module below the root. */
    static TestSources read(final Path root) throws IOException {
        final TestSources sources = new TestSources(root);
        final List<Path> files;
        try (Stream<Path> modules = Files.list(root)) {
            files = modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(TestSources::javaFiles)
                    .sorted()
                    .toList();
        }
        sources.parse(files);
        return sources;
    }

    private static Stream<Path> javaFiles(final Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void parse(final List<Path> files) throws IOException {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            final JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            for (final CompilationUnitTree unit : task.parse()) {
                final Path file = Path.of(unit.getSourceFile().toUri());
                unit.accept(new Reader(root.relativize(file).toString()), null);
            }
        }
    }

    List<Proof> proofs() {
        return proofs;
    }

    /** Annotations on what is no test, or on a test that is switched off. */
    List<String> problems() {
        return problems;
    }

    private final class Reader extends TreeScanner<Void, Void> {
        private final String path;
        private String className = "";

        Reader(final String path) {
            this.path = path;
        }

        @Override
        public Void visitClass(final ClassTree tree, final Void unused) {
            final String outer = className;
            className = outer.isEmpty() ? tree.getSimpleName().toString() : outer + "." + tree.getSimpleName();
            collect(tree.getModifiers().getAnnotations(), className, true);
            super.visitClass(tree, null);
            className = outer;
            return null;
        }

        @Override
        public Void visitMethod(final MethodTree tree, final Void unused) {
            final List<? extends AnnotationTree> annotations =
                    tree.getModifiers().getAnnotations();
            final boolean isTest = annotations.stream().anyMatch(a -> TEST_ANNOTATIONS.contains(simpleName(a)));
            collect(annotations, className + "." + tree.getName(), isTest);
            return super.visitMethod(tree, null);
        }

        private void collect(
                final List<? extends AnnotationTree> annotations, final String name, final boolean isTest) {
            final List<Proof> found = annotations.stream()
                    .filter(annotation -> simpleName(annotation).equals("Rfc"))
                    .map(annotation -> proof(annotation, name))
                    .toList();
            if (found.isEmpty()) {
                return;
            }
            if (!isTest) {
                problems.add(name + " has @Rfc but is no test");
            } else if (annotations.stream().anyMatch(a -> simpleName(a).startsWith("Disabled"))) {
                problems.add(name + " has @Rfc but is disabled");
            } else {
                proofs.addAll(found);
            }
        }

        private Proof proof(final AnnotationTree annotation, final String name) {
            int rfc = 0;
            String id = "";
            String section = "";
            for (final ExpressionTree argument : annotation.getArguments()) {
                final AssignmentTree assignment = (AssignmentTree) argument;
                final Object value = ((LiteralTree) assignment.getExpression()).getValue();
                switch (assignment.getVariable().toString()) {
                    case "number" -> rfc = (Integer) value;
                    case "id" -> id = (String) value;
                    case "section" -> section = (String) value;
                    default -> throw new IllegalStateException("unknown argument of @Rfc on " + name);
                }
            }
            return new Proof(rfc, id, section, name, path);
        }

        private String simpleName(final AnnotationTree annotation) {
            final String type = annotation.getAnnotationType().toString();
            return type.substring(type.lastIndexOf('.') + 1);
        }
    }
}

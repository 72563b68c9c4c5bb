package dev.culvert.kit.coverage;

import dev.culvert.kit.arc.ArcLog;
import java.io.IOException;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** Tells the arc log which test class runs, and writes what the whole run has visited when it is over. */
public final class ArcExtension implements BeforeEachCallback {
    @Override
    public void beforeEach(final ExtensionContext context) {
        ArcLog.under(context.getRequiredTestClass().getSimpleName());
        context.getRoot()
                .getStore(Namespace.create(ArcExtension.class))
                .getOrComputeIfAbsent(AtTheEnd.class, key -> new AtTheEnd(), AtTheEnd.class);
    }

    /** Closed by JUnit after the last test. */
    private static final class AtTheEnd implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (!ArcLog.taken().isEmpty()) {
                ArcRun.write(GeneratedFile.root().resolve(ArcRun.FILE));
            }
        }
    }
}

package dev.culvert.endpoint.e2e;

import org.junit.jupiter.api.Tag;

/** A second terminal of somebody without any rights. */
@Tag("e2e")
class ControlAsStrangerTest extends ControlContract {
    ControlAsStrangerTest() {
        super(Somebody.STRANGER);
    }
}

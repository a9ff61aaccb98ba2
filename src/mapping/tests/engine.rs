//! What the engine does with made-up data.

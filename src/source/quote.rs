//! Quotations: where a passage stands in a text, and the nearest one when it does not.

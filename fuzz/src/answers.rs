//! What other servers send: the API of a Wikibase and reconciliation services.

use factmill::link::entity::Entity;
use factmill::online::http::Answer;
use factmill::online::polite::Reading;
use factmill::online::reconcile;
use factmill::online::wikibase::{self, Held, Reply};
use serde_json::Value;

/// Reads an answer as all that it may be.
pub fn answers(bytes: &[u8]) {
    let answer = Answer {
        status: 200,
        body: bytes.to_vec(),
        ..Answer::default()
    };
    let asked = ["Q1", "Q2", "Q4100482"].map(str::to_owned);
    if let Reading::Done(Reply::Given(object)) = wikibase::read(&answer) {
        let _ = wikibase::found(&object);
        if let Ok(held) = wikibase::held(&object, &asked) {
            assert!(held.keys().eq(asked.iter()), "each is answered for");
            for entity in held.values() {
                if let Held::Entity(value) = entity {
                    let _ = Entity::from_dump(value.to_string().as_bytes());
                }
            }
        }
    }
    if let Ok(whole) = serde_json::from_slice::<Value>(bytes) {
        for draft in [false, true] {
            if let Ok(all) = reconcile::read(&whole, 2, draft) {
                assert_eq!(all.len(), 2);
                for offer in all.iter().flatten() {
                    assert!(offer.score.is_finite(), "{offer:?}");
                }
            }
        }
    }
}

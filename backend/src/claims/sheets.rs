//! The sheets of a pack: drawn and signed as for a download, on all cores.

use super::seal::NotSealed;
use crate::{
    app::App,
    runs::Going,
    sheets::{self, NoSheet},
    store::entities::proof,
};
use contract::{pack::NoPdf, sealing::SealRun};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sheet::NotDrawn;
use std::{num::NonZero, thread};

/// A proof, and its sheet or why it has none.
pub(super) type Printed = (proof::Model, Result<Vec<u8>, NoPdf>);

/// The sheets of these proofs, in their order. A character that the font lacks holds up nobody's claim.
pub(super) async fn print(
    app: &App,
    proofs: Vec<proof::Model>,
    run: &Going<SealRun>,
) -> Result<Vec<Printed>, NotSealed> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    stream::iter(proofs)
        .map(|proof| async move {
            let pdf = match sheets::pdf(app, &proof).await {
                Ok(pdf) => Ok(pdf),
                Err(NoSheet::NotDrawn(NotDrawn::NoGlyph { character, place })) => {
                    Err(NoPdf::GlyphMissing {
                        character: character.to_string(),
                        place: place.to_owned(),
                    })
                }
                Err(error) => return Err(NotSealed::Sheet(error)),
            };
            run.update(|run| run.done = run.done.saturating_add(1));
            Ok((proof, pdf))
        })
        .buffered(cores)
        .try_collect()
        .await
}

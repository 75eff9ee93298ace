//! Who watches which class board. However many watch one, the database is looked at once for all of them, and what changed is told
//! to each. Several servers on one database each look for their own.

pub mod file;
mod words;

use crate::{
    clock::Clock,
    keys::Keys,
    store::{
        Db,
        board::{self, Names, NoBoard},
        entities::class,
        rules_book::RulesBook,
    },
};
use contract::board::{Board, BoardChange, BoardRow};
use sea_orm::EntityTrait;
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use study::{ClassId, PersonId};
use tokio::{
    sync::{broadcast, watch},
    time::{MissedTickBehavior, interval},
};

/// How often a board that somebody watches is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// After so many looks at which nothing had changed that is said, too: a page that hears nothing cannot know how old its rows are.
const QUIET_LOOKS: u32 = 3;
/// How many changes a slow watcher may lag behind before it misses some, and asks for the whole board.
const LAG_MAX: usize = 8;

/// What a watcher is told: a [`BoardChange`] as JSON.
pub type Told = Arc<str>;

/// The boards that are watched.
#[derive(Clone)]
pub struct Boards(Arc<Parts>);

struct Parts {
    db: Db,
    keys: Keys,
    book: Arc<RulesBook>,
    clock: Arc<dyn Clock>,
    watched: Mutex<HashMap<ClassId, broadcast::Sender<Told>>>,
    over: watch::Sender<bool>,
}

impl Boards {
    /// Nobody watches yet.
    #[must_use]
    pub fn new(db: Db, keys: Keys, book: Arc<RulesBook>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Parts {
            db,
            keys,
            book,
            clock,
            watched: Mutex::new(HashMap::new()),
            over: watch::Sender::new(false),
        }))
    }

    /// Hears what changes on the board of `class` from now on. Dropping the receiver is the end of it.
    #[must_use]
    pub fn watch(&self, class: ClassId) -> broadcast::Receiver<Told> {
        let mut watched = self.watched();
        match watched.entry(class) {
            Entry::Occupied(known) => known.get().subscribe(),
            Entry::Vacant(unknown) => {
                let (sender, receiver) = broadcast::channel(LAG_MAX);
                unknown.insert(sender.clone());
                tokio::spawn(self.clone().look(class, sender));
                receiver
            }
        }
    }

    /// Ends all watching, so that a server that is told to stop does not wait for teachers to close their pages.
    pub fn stop(&self) {
        self.0.over.send_replace(true);
        self.watched().clear();
    }

    fn watched(&self) -> std::sync::MutexGuard<'_, HashMap<ClassId, broadcast::Sender<Told>>> {
        self.0
            .watched
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks again and again, as long as somebody watches.
    async fn look(self, class: ClassId, sender: broadcast::Sender<Told>) {
        let mut over = self.0.over.subscribe();
        let mut ticks = interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut names = Names::new();
        let mut told: Option<Board> = None;
        let mut quiet = 0;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = over.wait_for(|over| *over) => return,
            }
            {
                // Whoever comes to watch holds this lock, so nobody is left with a sender that nobody feeds.
                let mut watched = self.watched();
                if sender.receiver_count() == 0 {
                    watched.remove(&class);
                    return;
                }
            }
            let board = match self.read(class, &mut names).await {
                Ok(Some(board)) => board,
                Ok(None) => {
                    self.watched().remove(&class);
                    return;
                }
                Err(error) => {
                    // Pages hear nothing, and say that what they show is old.
                    tracing::warn!(%error, %class, "a class board could not be read; the next look tries again");
                    continue;
                }
            };
            let change = change(told.as_ref(), &board);
            let same = told.is_some()
                && change.rows.is_empty()
                && told.as_ref().is_some_and(|told| {
                    told.numbers == board.numbers && told.roll_call == board.roll_call
                });
            quiet = if same { quiet + 1 } else { 0 };
            if same && quiet < QUIET_LOOKS {
                continue;
            }
            quiet = 0;
            match serde_json::to_string(&change) {
                // Nobody listens any more: the next round ends.
                Ok(json) => drop(sender.send(json.into())),
                Err(error) => tracing::error!(%error, "a change of a class board has no JSON"),
            }
            told = Some(board);
        }
    }

    async fn read(&self, class: ClassId, names: &mut Names) -> Result<Option<Board>, NoBoard> {
        let parts = &self.0;
        let row = class::Entity::find_by_id(class.0)
            .one(&parts.db.read)
            .await?;
        let Some(row) = row.filter(|row| row.deleted_at.is_none()) else {
            return Ok(None);
        };
        let now = parts.clock.now();
        board::read(&parts.db.read, &parts.keys, &parts.book, &row, names, now)
            .await
            .map(Some)
    }
}

/// What is different in `board` from what was told last; the first time nothing, for whoever watches asks for the board itself.
fn change(told: Option<&Board>, board: &Board) -> BoardChange {
    let rows = told.map_or_else(Vec::new, |told| {
        let before: HashMap<PersonId, &BoardRow> =
            told.rows.iter().map(|row| (row.person, row)).collect();
        board
            .rows
            .iter()
            .filter(|row| before.get(&row.person).is_none_or(|before| before != row))
            .cloned()
            .collect()
    });
    BoardChange {
        since: told.map_or(board.as_of, |told| told.as_of),
        as_of: board.as_of,
        numbers: board.numbers,
        roll_call: board.roll_call.clone(),
        rows,
    }
}

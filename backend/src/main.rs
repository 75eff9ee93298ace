//! The command line of the server.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A task that panics has broken a promise that others rely on, e.g. the one writer of beats: better no server, and a fresh
    // start, than half a one. Not `panic = "abort"`, which would split the build in two.
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        default(panic);
        // A picture from a stranger that the decoder falls over costs that one frame.
        if !zhenxue::faces::pool::is_surviving() {
            std::process::abort();
        }
    }));
    zhenxue::commands::run()
}

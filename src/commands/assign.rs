//! `postil assign`

use super::{Context, Status, filter};
use crate::actions::Access;
use crate::actions::assign::{AssignRequest, Assigned, Draw, Share, assign, unassign};
use crate::cli::AssignArgs;
use crate::error::Result;
use crate::ui::Ui;
use crate::ui::plural::count;

/// So many documents are told by name.
const FEW: usize = 4;

pub(super) fn run(args: &AssignArgs, context: &mut Context) -> Result<Status> {
    let documents = filter::choice(&args.choice);
    let mut session = context.open(Access::Write)?;
    if args.remove {
        let taken = unassign(&mut session, &documents, &args.to)?;
        tell_taken(&mut context.ui, &taken);
        return Ok(Status::Done);
    }
    let draw = args.random.map(|each| Draw { each: usize::from(each), seed: args.seed });
    let given = assign(&mut session, &AssignRequest { documents: &documents, coders: &args.to, draw })?;
    tell_given(&mut context.ui, &given);
    Ok(Status::Done)
}

fn tell_given(ui: &mut Ui, given: &Assigned) {
    if given.documents == 0 {
        ui.status("no documents match; nothing was assigned");
        return;
    }
    for Share { coder, near, .. } in given.shares.iter().filter(|share| share.new) {
        ui.status(format!("{coder} is a new coder"));
        if let [other, ..] = near.as_slice() {
            ui.hint(format!("if you meant `{other}`, `postil undo` takes it back"));
        }
    }
    for share in &given.shares {
        let before = match share.unchanged {
            0 => String::new(),
            before => format!(" ({} before)", count(before as u64, "document")),
        };
        ui.status(match share.changed.as_slice() {
            [] if share.unchanged == 0 => format!("{} gets nothing", share.coder),
            [] => format!("{} gets nothing new{before}", share.coder),
            changed => format!("{} gets {}{before}", share.coder, named(changed)),
        });
    }
    if let Some(seed) = given.seed {
        ui.status(format!("drawn with --seed {seed}"));
    }
}

fn tell_taken(ui: &mut Ui, taken: &Assigned) {
    if taken.documents == 0 {
        ui.status("no documents match; nothing was taken back");
        return;
    }
    for Share { coder, changed, read, .. } in &taken.shares {
        ui.status(match changed.as_slice() {
            [] => format!("nothing to take back from {coder}"),
            changed => format!("taken back from {coder}: {}", named(changed)),
        });
        if !read.is_empty() {
            ui.status(format!("{coder} has read {}, which stays", named(read)));
            ui.hint(format!("`postil done DOC --reopen --coder {coder}` takes that back first"));
        }
    }
}

/// The names where they are few, else how many there are.
fn named(documents: &[String]) -> String {
    if documents.len() <= FEW {
        return documents.join(", ");
    }
    count(documents.len() as u64, "document")
}

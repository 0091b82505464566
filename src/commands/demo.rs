//! `postil demo [DIR]`

use super::{Context, Status};
use crate::actions::demo::{Demo, make};
use crate::actions::passages::as_typed;
use crate::cli::DemoArgs;
use crate::error::{Error, Result};
use crate::ui::plural::{count, thousands};

/// What to type in the folder of the demo, in this order. A test runs every line.
const TO_TRY: [&str; 8] = [
    "postil show three-schools-one-attack:p5-p6",
    "postil list --code cyber/norms",
    r"postil find --regex '\bnorms?\b'",
    "postil stats codes --by coder --code schools/realism",
    "postil tag who-acts-in-cyberspace 'companies do not stay neutral' actors/private-sector",
    "postil undo",
    "postil import csv export/annotations.csv --dry-run",
    "postil merge colleagues/ben.postil --dry-run",
];

pub(super) fn run(args: &DemoArgs, context: &mut Context) -> Result<Status> {
    if let Some(store) = &context.store_option {
        return Err(Error::usage(format!(
            "`--store {}` has no part in this: a demo makes a store",
            store.display()
        ))
        .hint(format!("leave it out: `postil demo {}`", as_typed(args.folder.display()))));
    }
    let folder = context.env.cwd.join(&args.folder);
    let demo = make(&folder, args.force, &context.who()?)?;
    let shown = args.folder.display().to_string();
    tell(&demo, &shown, context);
    if let Some(named) = context.named_store() {
        context
            .ui
            .warn(format!("POSTIL_STORE names `{}`: commands go there until you unset it", named.display()));
    }
    context.ui.answer("Try next:\n")?;
    if let Some(folder) = &context.env.program_folder {
        let line = format!(r#"  export PATH="$PATH":{}"#, as_typed(folder.display()));
        let line = context.ui.shown(&line).into_owned();
        context.ui.answer(line)?;
    }
    let line = format!("  cd {}", as_typed(&shown));
    let line = context.ui.shown(&line).into_owned();
    context.ui.answer(line)?;
    for line in TO_TRY {
        context.ui.answer(format!("  {line}"))?;
    }
    Ok(Status::Done)
}

fn tell(demo: &Demo, shown: &str, context: &mut Context) {
    let again = if demo.replaced { " anew" } else { "" };
    let annotations: usize = demo.coders.iter().map(|(_, count)| count).sum();
    let coders: Vec<String> =
        demo.coders.iter().map(|(handle, count)| format!("{handle} {}", thousands(*count as u64))).collect();
    let status = format!(
        "made a demo{again} in `{shown}`: {}, {} and {} ({})",
        count(demo.documents as u64, "document"),
        count(demo.codes as u64, "code"),
        count(annotations as u64, "annotation"),
        coders.join(", "),
    );
    context.ui.status(status);
    context.ui.status("  demo.postil   the store: one file with everything");
    context.ui.status("  texts/        the essays, and codebook.txt beside them");
    context.ui.status("  export/       the tables that colleagues edit; `postil import csv` takes them back");
    context.ui.status("  export.xlsx   the same as a workbook; `postil import xlsx` takes it back");
    context
        .ui
        .status("  colleagues/   what ben did since in a store of his own; `postil merge` brings it in");
    context.ui.status("  codings.csv   one row per annotation, for R, Python or a pivot table\n");
}

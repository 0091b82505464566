//! Going through the places one by one: each is shown with what the coders said, and a line is read as the decision.

use crate::actions::Session;
use crate::actions::adjudicate::{Agenda, Choice, decide};
use crate::actions::disagreements::{Disagreement, Kind, Said};
use crate::commands::Context;
use crate::commands::disagreements::{bounds_matter, said_in_words, word};
use crate::commands::resolve::prompt;
use crate::error::{Error, ErrorKind, Result};
use crate::ui::palette;
use crate::ui::plural::count;
use crate::ui::width::{columns, head, on_one_line, tail};

/// How many code points stand around a passage.
const AROUND: u32 = 120;

/// How many columns of a passage are shown; of a longer one, its beginning and its end.
const LONG: usize = 1_200;

/// What several coders said alike, and who they are: places among those compared.
type Version<'a> = (&'a [Said], Vec<usize>);

/// Asks about every open place until there is none, or the input ends.
pub(super) fn all(agenda: &Agenda, session: &mut Session, context: &mut Context) -> Result<()> {
    let total = agenda.open.len();
    let mut decided = 0;
    'places: for (number, place) in agenda.open.iter().enumerate() {
        let one = &agenda.disagreements[*place];
        // An earlier decision may have settled it.
        if agenda.is_decided(session.store.reader(), *place)? {
            continue;
        }
        let versions = versions(agenda, one);
        present(agenda, one, &versions, &format!("{} of {total}", number + 1), session, context)?;
        let question = question(agenda, one, versions.len());
        loop {
            let Some(answer) = prompt(&question, context)? else { break 'places };
            let choice = match answer.trim() {
                "" => continue,
                "s" | "skip" => break,
                "q" | "quit" => break 'places,
                "?" | "help" => {
                    help(one, context);
                    continue;
                }
                answer => read(agenda, one, &versions, session, answer),
            };
            let outcome = choice.and_then(|choice| decide(session, agenda, *place, &choice));
            match outcome {
                Ok(outcome) => {
                    decided += 1;
                    context.ui.status(format!("decided: {}", outcome.outcome));
                    if let Some(document) = outcome.done {
                        let consensus = agenda.consensus();
                        context.ui.status(format!("{consensus} is done with `{document}`"));
                    }
                    break;
                }
                // Said, and asked again: the others are not to suffer.
                Err(refused) if refused.kind() == ErrorKind::Refused => context.ui.error(&refused),
                Err(failed) => return Err(failed),
            }
        }
    }
    if decided > 0 {
        context
            .ui
            .status(format!("{} decided; `postil undo` takes back the last one", count(decided, "place")));
    }
    Ok(())
}

/// What a line says.
fn read(
    agenda: &Agenda,
    one: &Disagreement,
    versions: &[Version<'_>],
    session: &Session,
    answer: &str,
) -> Result<Choice> {
    let number = answer.parse::<usize>().ok();
    if let Some((_, coders)) = number.and_then(|number| versions.get(number.checked_sub(1)?)) {
        return Ok(Choice::Coder(coders[0]));
    }
    if number.is_some() {
        return Err(Error::refused(format!("there is no version {answer} here"))
            .hint(format!("there are 1 to {}; a code of that name is `code:{answer}`", versions.len())));
    }
    Ok(match answer {
        "u" => Choice::Union,
        "i" => Choice::Intersection,
        "b" => Choice::All,
        "n" => Choice::Nothing,
        typed => Choice::read(session.store.reader(), agenda, one, typed)?,
    })
}

/// The versions, in the order of the coders. Who said the same is one; who did not read the text is none.
fn versions<'a>(agenda: &Agenda, one: &'a Disagreement) -> Vec<Version<'a>> {
    let mut versions: Vec<Version<'a>> = Vec::new();
    for (coder, said) in agenda.compared.said_by_all(one).into_iter().enumerate() {
        let Some(said) = said else { continue };
        let alike = |other: &[Said]| {
            let of = |said: &[Said]| said.iter().map(|said| (said.code, said.range)).collect::<Vec<_>>();
            of(other) == of(said)
        };
        match versions.iter_mut().find(|(other, _)| alike(other)) {
            Some((_, coders)) => coders.push(coder),
            None => versions.push((said, vec![coder])),
        }
    }
    versions
}

fn present(
    agenda: &Agenda,
    one: &Disagreement,
    versions: &[Version<'_>],
    number: &str,
    session: &Session,
    context: &mut Context,
) -> Result<()> {
    let compared = &agenda.compared;
    let ui = &mut context.ui;
    let characters = count(one.length.into(), "character");
    let title =
        format!("{number}: {}, {}, {characters} in dispute", word(one.kind), compared.address_of(one));
    let title = ui.paint(palette::HEADING, &ui.shown(&title));
    ui.answer(title)?;
    let around = agenda.in_context(session.store.reader(), one, AROUND)?;
    let shown = |text: &str| ui.shown(&on_one_line(text)).into_owned();
    let (before, passage, after) = (shown(&around.before), shown(&around.passage), shown(&around.after));
    let passage = if columns(&passage) > LONG {
        format!("{} […] {}", head(&passage, LONG / 2).trim_end(), tail(&passage, LONG / 2).trim_start())
    } else {
        passage
    };
    let passage = ui.paint(palette::HIT, &format!("[{passage}]"));
    ui.answer(format!("  {}{passage}{}", before.trim_start(), after.trim_end()))?;
    let with_range = bounds_matter(one);
    let names: Vec<String> = versions
        .iter()
        .map(|(_, coders)| {
            let handles: Vec<&str> =
                coders.iter().map(|coder| compared.coders[*coder].handle.as_str()).collect();
            handles.join(", ")
        })
        .collect();
    let width = names.iter().map(|names| names.chars().count()).max().unwrap_or_default();
    for ((number, (said, _)), names) in (1..).zip(versions).zip(&names) {
        let said = match said {
            [] => "(nothing)".to_owned(),
            said => said_in_words(compared, said, with_range, false),
        };
        let line = format!("  {number} {names:<width$}  {said}");
        let line = ui.shown(&line).into_owned();
        ui.answer(line)?;
    }
    Ok(())
}

/// What may be answered, as far as it makes sense here.
fn question(agenda: &Agenda, one: &Disagreement, versions: usize) -> String {
    let mut answers = vec![format!("[1-{versions}]")];
    if one.kind == Kind::Confusion {
        answers.push("[b]oth".to_owned());
        if agenda.compared.paths_of(one).len() > 2 {
            answers.pop();
            answers.push("[b] all codes".to_owned());
        }
    } else if bounds_matter(one) {
        answers.push("[u]nion".to_owned());
        answers.push("[i]ntersection".to_owned());
    }
    format!("{}, [n]othing, a code, [s]kip, [q]uit or [?] ", answers.join(", "))
}

fn help(one: &Disagreement, context: &mut Context) {
    let mut lines = vec!["a number   what this coder said holds"];
    if one.kind == Kind::Confusion {
        lines.push("b          all the codes hold");
    } else {
        lines.push("u          from the first to the last character that anybody coded");
        lines.push("i          only the characters that all who coded it have in common");
    }
    lines.extend([
        "n          no code holds; a note says so",
        "a code     this code holds, on the whole passage: type its path, or code:PATH",
        "s          ask another time",
        "q          leave the rest for another time; what was decided is kept",
    ]);
    for line in lines {
        context.ui.tell(&format!("  {line}\n"));
    }
}

//! What is to hold in place of a disagreement, and what that comes to.

use super::Agenda;
use super::standing::turned_down;
use crate::actions::disagreements::{Disagreement, Said};
use crate::actions::names;
use crate::domain::CharRange;
use crate::error::{Error, Result};
use crate::store::Reader;

/// What is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// What a coder said, by their place among those compared; who said nothing is right when nothing is to be coded.
    Coder(usize),
    /// From the first to the last character that anybody coded.
    Union,
    /// What all who coded it have in common.
    Intersection,
    /// All codes in question, each where anybody gave it.
    All,
    /// No code.
    Nothing,
    /// This code, by number and path, on the whole passage.
    Code(i64, String),
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Verdict {
    /// Code, by number, and place.
    pub(super) codes: Vec<(i64, CharRange)>,
    /// What the note says where none of the codes in question was taken.
    pub(super) turned_down: Option<String>,
}

impl Choice {
    /// Reads what somebody wrote: the handle of a coder, `union`, `intersection`, `all`, `nothing`, or the path of a code.
    /// Where a name is both, `coder:NAME` and `code:PATH` say which.
    ///
    /// # Errors
    /// Refused when it is none of these, or may be two.
    pub fn read(reader: Reader<'_>, agenda: &Agenda, one: &Disagreement, typed: &str) -> Result<Choice> {
        let typed = typed.trim();
        match typed.to_ascii_lowercase().as_str() {
            "union" => return Ok(Choice::Union),
            "intersection" => return Ok(Choice::Intersection),
            "all" | "both" => return Ok(Choice::All),
            "nothing" | "(nothing)" => return Ok(Choice::Nothing),
            _ => {}
        }
        if let Some(handle) = typed.strip_prefix("coder:") {
            let place = place_of(agenda, handle).ok_or_else(|| {
                Error::refused(format!("`{handle}` is none of the coders whose work is compared"))
                    .did_you_mean(handle, agenda.compared.handles())
                    .hint(format!("they are {}", agenda.compared.handles().join(", ")))
            })?;
            return of_reader(agenda, one, place);
        }
        if let Some(path) = typed.strip_prefix("code:") {
            return Ok(Choice::Code(names::code(reader, path)?.id, path.to_owned()));
        }
        // What can be no path is no code, and may still be a handle.
        let code = names::find_code(reader, typed).unwrap_or(None);
        match (place_of(agenda, typed), code) {
            (Some(_), Some(_)) => Err(Error::refused(format!("`{typed}` is a coder and a code"))
                .hint(format!("write `coder:{typed}` or `code:{typed}`"))),
            (Some(place), None) => of_reader(agenda, one, place),
            (None, Some(code)) => Ok(Choice::Code(code.id, typed.to_owned())),
            (None, None) => {
                let mut words = agenda.compared.handles();
                words.extend(["union", "intersection", "all", "nothing"]);
                // The nearest codes are offered by the refusal itself.
                Err(names::code(reader, typed).err().unwrap_or_else(|| Error::internal("a code came to be")))
                    .map_err(|error| error.did_you_mean(typed, words))
            }
        }
    }
}

fn place_of(agenda: &Agenda, handle: &str) -> Option<usize> {
    agenda.compared.coders.iter().position(|coder| coder.handle == handle)
}

fn of_reader(agenda: &Agenda, one: &Disagreement, place: usize) -> Result<Choice> {
    match agenda.compared.said_by_all(one)[place] {
        Some(_) => Ok(Choice::Coder(place)),
        None => {
            let handle = &agenda.compared.coders[place].handle;
            let document = agenda.compared.document_of(one);
            Err(Error::refused(format!("{handle} did not read `{document}`"))
                .hint("name a coder who did, or what is to hold"))
        }
    }
}

/// What a choice comes to.
///
/// # Errors
/// Refused when there is no such thing here: a common part of what has none, or when what a coder said is not as it was.
pub(super) fn verdict(
    reader: Reader<'_>,
    agenda: &Agenda,
    one: &Disagreement,
    choice: &Choice,
) -> Result<Verdict> {
    let id = |code: u32| agenda.compared.codes[code as usize].id;
    let address = agenda.compared.address_of(one);
    let codes: Vec<(i64, CharRange)> = match choice {
        Choice::Coder(place) => {
            let said = agenda.compared.said_by_all(one)[*place].unwrap_or_default();
            as_marked(reader, one, said, &agenda.compared.coders[*place].handle)?
        }
        Choice::Union => {
            let code = the_code(agenda, one)?;
            one.clusters
                .iter()
                .filter(|(of, _)| *of == code)
                .map(|(code, range)| (id(*code), *range))
                .collect()
        }
        Choice::Intersection => {
            let code = the_code(agenda, one)?;
            let common = in_common(one);
            if common.is_empty() {
                return Err(Error::refused(format!(
                    "at {address} no character is common to all who coded it"
                ))
                .hint("take a coder's bounds, or `union`"));
            }
            common.into_iter().map(|range| (id(code), range)).collect()
        }
        Choice::All => one.clusters.iter().map(|(code, range)| (id(*code), *range)).collect(),
        Choice::Nothing => Vec::new(),
        Choice::Code(chosen, _) => {
            let own: Vec<(i64, CharRange)> = one
                .clusters
                .iter()
                .map(|(code, range)| (id(*code), *range))
                .filter(|(code, _)| code == chosen)
                .collect();
            if own.is_empty() { vec![(*chosen, one.extent)] } else { own }
        }
    };
    let in_question = |code: &i64| one.clusters.iter().any(|(own, _)| id(*own) == *code);
    let taken = codes.iter().any(|(code, _)| in_question(code));
    let turned_down = (!taken).then(|| turned_down(&agenda.compared.paths_of(one)));
    Ok(Verdict { codes, turned_down })
}

/// The one code in question.
fn the_code(agenda: &Agenda, one: &Disagreement) -> Result<u32> {
    match one.codes().as_slice() {
        [code] => Ok(*code),
        _ => Err(Error::refused(format!(
            "at {} several codes are in question: {}",
            agenda.compared.address_of(one),
            agenda.compared.paths_of(one).join(", ")
        ))
        .hint("take a coder's version, a code, `all` or `nothing`")),
    }
}

/// The annotations of a coder here, with the bounds that they have.
fn as_marked(
    reader: Reader<'_>,
    one: &Disagreement,
    said: &[Said],
    handle: &str,
) -> Result<Vec<(i64, CharRange)>> {
    let mut codes = Vec::new();
    for number in said.iter().flat_map(|said| &said.annotations) {
        let row = reader.annotation(*number)?;
        let row = row.filter(|row| one.extent.contains(row.draft.range));
        let mark = row.and_then(|row| row.draft.code.map(|code| (code, row.draft.range)));
        codes.push(mark.ok_or_else(|| {
            Error::refused(format!("#{number} of {handle} has changed in the meantime"))
                .hint("begin again: `postil adjudicate`")
        })?);
    }
    Ok(codes)
}

/// The characters that all coded who coded any of the one code in question.
fn in_common(one: &Disagreement) -> Vec<CharRange> {
    let mut coders = one.said.iter().filter(|said| !said.is_empty());
    let ranges = |said: &[Said]| said.iter().map(|said| said.range).collect::<Vec<_>>();
    let first = coders.next().map(|said| ranges(said)).unwrap_or_default();
    coders.fold(first, |common, said| {
        let others = ranges(said);
        let both = |one: &CharRange, other: &CharRange| {
            CharRange::new(one.start().max(other.start()), one.end().min(other.end()))
        };
        common.iter().flat_map(|one| others.iter().filter_map(move |other| both(one, other))).collect()
    })
}

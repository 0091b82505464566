//! `postil tag`, `untag`, `retag`, `note`, `extend`, `memo`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use clap::Args;

/// The long help of `tag`, which explains addresses. Its table must stay narrow: a manual page indents it.
pub(super) const TAG: &str = "\
Apply codes to a passage

WORDS are the passage, then the codes. The passage is one of

  DOC:120-188  code points: the first is in it, the last is not
  DOC:l12-l14  lines, as DOC:p7 is a paragraph, DOC:s45 a sentence
  DOC QUOTE    what reads so: white space, quotation marks and
               dashes need not match; `...` joins two ends
  DOC --whole  the whole text
  -            addresses from standard input, one a line, as printed
               by `--format address` or by `rg --vimgrep -o`

Whatever is tagged by one command is one change and one undo. Tagging what is tagged changes nothing.";

#[derive(Debug, Args)]
pub struct TagArgs {
    /// The passage, then the codes: `DOC:PLACE CODE…`, `DOC QUOTE CODE…`, or `- CODE…`
    #[arg(value_name = "WORDS", required = true)]
    pub words: Vec<String>,
    /// The quote, said apart: then WORDS are the document and the codes
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "whole")]
    pub quote: Option<String>,
    /// The whole text: then WORDS are the document and the codes
    #[arg(long)]
    pub whole: bool,
    /// Write a note on it
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub note: Option<String>,
    /// Add the codes that are not in the codebook
    #[arg(long)]
    pub create: bool,
    /// Where the quote occurs more than once, take the Nth
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub nth: Option<u32>,
    /// Where the quote occurs more than once, take every one
    #[arg(long, conflicts_with_all = ["nth", "whole"])]
    pub all: bool,
    /// Show what would be tagged, and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct UntagArgs {
    /// Ids, or a passage and the codes to take off it
    #[arg(value_name = "WORDS", required = true)]
    pub words: Vec<String>,
    /// Also remove what other coders said
    #[arg(long)]
    pub all_coders: bool,
}

#[derive(Debug, Args)]
pub struct RetagArgs {
    /// The annotations, then the code to give them
    #[arg(value_names = ["ID", "CODE"], required = true, num_args = 2..)]
    pub words: Vec<String>,
    /// Add the code if it is not in the codebook
    #[arg(long)]
    pub create: bool,
}

#[derive(Debug, Args)]
pub struct NoteArgs {
    /// The annotation
    #[arg(value_name = "ID")]
    pub id: String,
    /// The note; - for standard input
    #[arg(value_name = "TEXT", required_unless_present = "clear", allow_hyphen_values = true)]
    pub text: Option<String>,
    /// Take the note away
    #[arg(long, conflicts_with = "text")]
    pub clear: bool,
}

#[derive(Debug, Args)]
pub struct ExtendArgs {
    /// The annotation
    #[arg(value_name = "ID")]
    pub id: String,
    /// Its new passage: an address, or a quote from the same document
    #[arg(value_name = "PASSAGE")]
    pub passage: String,
}

#[derive(Debug, Args)]
pub struct MemoArgs {
    /// A document, `code:PATH`, or `project`
    #[arg(value_name = "SUBJECT", required_unless_present_any = ["list", "remove"])]
    pub subject: Option<String>,
    /// The memo; - for standard input
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    pub text: Option<String>,
    /// Write it in $VISUAL or $EDITOR; your last memo on SUBJECT is opened, if there is one
    #[arg(long, conflicts_with = "text")]
    pub edit: bool,
    /// List the memos, on SUBJECT or on everything
    #[arg(long, conflicts_with_all = ["text", "edit"])]
    pub list: bool,
    /// Remove the memo with this id
    #[arg(long, value_name = "ID", conflicts_with_all = ["text", "edit", "list"])]
    pub remove: Option<String>,
}

"""From an issuer's blank file to the draft of a form: its rows, the figure of each, and what a person must decide."""

from baocao.forms.drafting.blank import CellMarks
from baocao.forms.drafting.drafting import draft_form
from baocao.forms.drafting.model import Draft, DraftWishes, Question, QuestionTopic, Sureness

__all__ = ["CellMarks", "Draft", "DraftWishes", "Question", "QuestionTopic", "Sureness", "draft_form"]

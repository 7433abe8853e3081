"""What a stage says of its progress."""

from data.progress import Progress
from hemrunda.stages import Stages


def test_a_stage_says_its_title_once():
    """A part that begins with the stage's own title is not said twice."""
    texts = []
    stages = Stages(Progress(on_report=lambda share, text: texts.append(text)), {"travel": 1.0})
    with stages.stage("travel", "Räknar restider") as part:
        part.report(0.5, "Räknar restider: cykel")
        part.report(0.6, "bil")
    assert "Räknar restider: cykel" in texts
    assert "Räknar restider: bil" in texts
    assert not [text for text in texts if text.count("Räknar") > 1]

"""What a stage says of its progress."""

from data.progress import Progress
from hemrunda.run_summary import stage_line
from hemrunda.stages import Stages


def test_every_stage_tells_what_it_took():
    """Seconds by the clock and of the processors, and the most memory; parts have no share."""
    stages = Stages(Progress(), {"travel": 0.5, "check": 0.5})
    with stages.stage("travel", "Räknar restider"):
        n = sum(i * i for i in range(200_000))
    with stages.watched("measures"):
        pass
    assert n
    assert list(stages.took) == ["travel", "measures"]
    assert stages.took["travel"]["cpu_s"] >= stages.took["measures"]["cpu_s"] == 0
    assert stages.seconds == {name: took["wall_s"] for name, took in stages.took.items()}
    line = stage_line(stages.took)
    assert line.startswith("Processorsekunder: restider ")
    assert "mått 0,0, annat" in line


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

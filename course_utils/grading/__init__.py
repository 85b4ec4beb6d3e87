"""Release and grading of the homework on nbgrader; ``make homework`` and ``make grade`` call it.

A student's code runs in the student's kernel and nowhere else. The graded cells run in a worker process of
the grader, where the names that the student defined stand for what lives in the kernel: a call is sent
there, evaluated there, and what comes back is read as plain data (`checking.plain`).

================= ==================================================================================
`answering`       the end of the line in the student's kernel
`unreadable`      where a value from there holds what cannot be read
`wall`            what a submission can see, drawn by bubblewrap; or no wall, for those that are trusted
`container`       the same in Docker or Podman, where no wall can be drawn
`limits`          what a submission may use
`forbidden`       system calls that it may not make
`watch`           what it uses, all its processes together
`channels`        where a kernel is spoken to
`reading`         what a kernel sends, read within bounds
`outputs`         what is kept of what a cell puts out
`showing`         how what students wrote is shown to the lecturer
`printing`        what it prints, bounded where it is printed
`kernel`          a student's kernel behind the wall, with limits on time, output and memory
`session`         the notebook of one student: its kernel ends, is restarted, and catches up
`worker`          runs graded cells in a process of their own (``python -m course_utils.grading.worker``)
`oracle`          objectives that stay with the grader, and what stands for them in the kernel
`folders`         the folders of submissions, and those that a killed grading left
`judge`           starts workers and carries messages between them and the kernel
`restoring`       the first step of nbgrader: cells get their marks and places again
`preprocessors`   the other steps of nbgrader, which use all this
`course`          an nbgrader course folder made from the sources of the homework
`release`         the versions for students, and the proof that nothing secret is left in them
`submissions`     what was handed in
`cleaning`        a submitted notebook without anything odd
`matching`        cells found again by what they hold
`magics`          cells without IPython's own lines
`lines`           processes that talk in lines of JSON
`tasks`           the names of tasks
`grader`          grades one submission after the other (``python -m course_utils.grading.grader``)
`journal`         what has been graded already
`grades`          the commands' controller, and the table of grades
================= ==================================================================================
"""

using System.Text.Json;
using Headroom.Kubernetes.Tests.Pods;
using Headroom.Silo.Kubernetes.Discovery;
using Headroom.Silo.Kubernetes.Pods;
using Xunit;

namespace Headroom.Kubernetes.Tests.Discovery;

public sealed class EventBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Take_NoteThatStands_IsWrittenOnceAndCountedUpEverMoreSeldom()
    {
        var book = new EventBook();
        List<(double Minute, int Count)> writes = [];
        for (int second = 0; second < 4 * 3600; second += 10)
        {
            foreach (EventWrite write in book.Take([Note("a")], Start.AddSeconds(second)))
            {
                writes.Add((second / 60.0, write.Count));
                book.Written(write);
            }
        }

        Assert.Equal([0, 10, 30, 70, 120, 170, 220], writes.Select(write => write.Minute));
        Assert.Equal(1, writes[0].Count);
        Assert.Equal(61, writes[1].Count);
    }

    [Fact]
    public void Take_NoteThatWentAndCameBack_IsNewWithTheSameName()
    {
        var book = new EventBook();
        EventWrite first = Assert.Single(book.Take([Note("a")], Start));
        book.Written(first);
        Assert.Empty(book.Take([Note("a")], Start.AddSeconds(1)));

        Assert.Empty(book.Take([], Start.AddSeconds(2)));
        Assert.Equal(0, book.Count);
        EventWrite again = Assert.Single(book.Take([Note("a")], Start.AddSeconds(3)));

        Assert.Equal(first.Name, again.Name);
        Assert.Equal(1, again.Count);
    }

    [Fact]
    public void Take_ManyNotes_AreWrittenAFewAtATimeAndAllInTheEnd()
    {
        var book = new EventBook();
        PodNote[] notes = [.. Enumerable.Range(0, 25).Select(at => Note($"problem {at}"))];
        HashSet<string> written = [];
        for (int pass = 0; pass < 3; pass++)
        {
            IReadOnlyList<EventWrite> writes = book.Take(notes, Start.AddSeconds(pass));
            Assert.InRange(writes.Count, 1, EventBook.WritesMax);
            foreach (EventWrite write in writes)
            {
                Assert.Equal(1, write.Count);
                Assert.True(written.Add(write.Name));
                book.Written(write);
            }
        }

        Assert.Equal(25, written.Count);
    }

    [Fact]
    public void Failed_NotTriedAgainBeforeItsPause()
    {
        var book = new EventBook();
        EventWrite write = Assert.Single(book.Take([Note("a")], Start));
        book.Failed(write, TimeSpan.FromSeconds(30));

        Assert.Empty(book.Take([Note("a")], Start.AddSeconds(29)));
        Assert.Equal(1, Assert.Single(book.Take([Note("a")], Start.AddSeconds(30))).Count);
    }

    [Fact]
    public void Body_OfALongName_FitsAndSaysWhichPod()
    {
        Pod pod = GivenPod.With("app") with { Name = new string('n', 253) };
        var note = new PodNote(pod, new PodProblem(PodProblem.NameTooLong, new string('m', 5000)));
        EventWrite write = Assert.Single(new EventBook().Take([note], Start));
        using JsonDocument body = JsonDocument.Parse(write.Body("node-a"));
        JsonElement root = body.RootElement;

        Assert.InRange(root.GetProperty("metadata").GetProperty("name").GetString()!.Length, 1, 253);
        Assert.Equal(1024, root.GetProperty("note").GetString()!.Length);
        Assert.Equal("2026-01-02T03:04:05.000000Z", root.GetProperty("eventTime").GetString());
        Assert.Equal(pod.Uid, root.GetProperty("regarding").GetProperty("uid").GetString());
        Assert.Equal("node-a", root.GetProperty("reportingInstance").GetString());
        Assert.False(root.TryGetProperty("series", out _));
    }

    [Fact]
    public void Patch_CountsFromTwo()
    {
        EventWrite write = Assert.Single(new EventBook().Take([Note("a")], Start));
        using JsonDocument patch = JsonDocument.Parse(write.Patch());

        Assert.Equal(2, patch.RootElement.GetProperty("series").GetProperty("count").GetInt32());
    }

    private static PodNote Note(string message) =>
        new(GivenPod.With("app"), new PodProblem(PodProblem.BadAnnotation, message));
}

using YamlDotNet.RepresentationModel;

namespace Headroom.Manifests.Tests;

/// <summary>A mistake that somebody could make in the manifests.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Folder">What is rendered.</param>
/// <param name="Object">Kind, and how the name begins, of the object with the mistake.</param>
/// <param name="Path">Where in it: keys, numbers, and <c>name=</c> for that one of a list, separated by spaces.</param>
/// <param name="Value">What is there then; null for nothing.</param>
/// <param name="Check">The check that must find it.</param>
internal sealed record Mutation(string Name, string Folder, string Object, string Path, string? Value, string Check)
{
    /// <summary>Makes the mistake.</summary>
    /// <exception cref="InvalidOperationException">There is no such place, or the value is there already.</exception>
    public string Apply(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        YamlNode root = stream.Documents.Select(document => document.RootNode).FirstOrDefault(IsMeant)
            ?? throw new InvalidOperationException($"There is no {Object} in {Folder}.");
        string[] steps = Path.Split(' ');
        YamlNode parent = steps[..^1].Aggregate(root, Step);
        Set(parent, steps[^1]);

        // Without the marks of the end that a stream of documents has: one is all that separates them.
        return string.Join("\n---\n", stream.Documents.Select(Write));
    }

    private static string Write(YamlDocument document)
    {
        var text = new StringWriter();
        new YamlStream(document).Save(text, assignAnchors: false);
        return text.ToString().Replace("\n...\n", "\n", StringComparison.Ordinal).TrimEnd();
    }

    private static YamlNode Step(YamlNode node, string step) => node switch
    {
        YamlMappingNode map when map.Children.TryGetValue(step, out YamlNode? child) => child,
        YamlSequenceNode list when step.StartsWith("name=", StringComparison.Ordinal) =>
            list.Children.Single(child => child["name"].ToString() == step[5..]),
        YamlSequenceNode list => list.Children[int.Parse(step)],
        _ => throw new InvalidOperationException($"There is no {step}."),
    };

    private bool IsMeant(YamlNode root)
    {
        string[] meant = Object.Split(' ');
        return root["kind"].ToString() == meant[0]
            && root["metadata"]["name"].ToString().StartsWith(meant[1], StringComparison.Ordinal);
    }

    private void Set(YamlNode parent, string step)
    {
        if (Value is null)
        {
            bool wasThere = parent is YamlSequenceNode list
                ? list.Children.Remove(Step(parent, step))
                : ((YamlMappingNode)parent).Children.Remove(step);
            _ = wasThere ? true : throw new InvalidOperationException($"There is no {Path} to be left out.");
            return;
        }

        var stream = new YamlStream();
        stream.Load(new StringReader(Value));
        YamlNode value = stream.Documents[0].RootNode;
        switch (parent)
        {
            case YamlSequenceNode items:
                items.Children[int.Parse(step)] = value;
                break;
            case YamlMappingNode map when !map.Children.TryGetValue(step, out YamlNode? old) || !old.Equals(value):
                map.Children[step] = value;
                break;
            default:
                throw new InvalidOperationException($"{Path} is {Value} already.");
        }
    }
}
